"""RB607."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, document_rule
from runbookkit.lint.secrets import secrets
from runbookkit.model.document import Document
from runbookkit.model.span import Span


@document_rule("RB607", level="error", since="0.1.0")
def secret_in_text(document: Document, context: Context) -> Found:
    """A password, key or token stands in the text.

    ## Why is this bad?

    Everybody who reads the page has it, so has every copy of the repository,
    and every service that the page is sent to. Removing the line is not
    enough: the secret has to be replaced where it is used.

    ## Bad

    ````markdown
    ### Ask for the orders

    ```bash
    curl --fail http://report:Tr4vel-9kQz@orders.shop.internal/health
    ```
    ````

    ## Good

    ````markdown
    ### Is the order service up?

    Curl takes the password from the host's netrc file.

    **In a shell**, within 10s:

    ```bash
    curl --fail --netrc-file /etc/shop/netrc http://orders.shop.internal/health
    ```

    **Reads only**

    **Expect:** `exit_code == 0`

    - **Not met:** escalate
    ````
    """
    text = "\n".join(document.lines)
    for secret in secrets(text):
        line = text.count("\n", 0, secret.start) + 1
        column = secret.start - (text.rfind("\n", 0, secret.start) + 1) + 1
        end_line = text.count("\n", 0, secret.end) + 1
        end_column = secret.end - (text.rfind("\n", 0, secret.end) + 1) + 1
        yield Problem(
            Span(line, column, end_line, end_column),
            f"{secret.kind} stands here in plain text; replace it where it is used,"
            " then name the place that holds it instead",
        )

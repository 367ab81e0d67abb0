"""RB120."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, document_rule
from runbookkit.model.document import Document
from runbookkit.model.span import Span


@document_rule("RB120", level="error", since="0.1.0")
def undecodable_text(document: Document, context: Context) -> Found:
    """A page holds bytes that are not UTF-8 text.

    ## Why is this bad?

    Each such byte is read as the replacement character U+FFFD. A command that
    held one is not the command that its author wrote.

    The character itself, and a null byte, have no business in a runbook and are
    reported alike. To write about it, write `U+FFFD`.

    ## Bad

    ````markdown
    ## Notes

    The caf\ufffd machine is on the third floor.
    ````

    ## Good

    ````markdown
    ## Notes

    The café machine is on the third floor.
    ````
    """
    for number, line in enumerate(document.lines, 1):
        if "\ufffd" in line:
            column = line.index("\ufffd") + 1
            yield Problem(
                Span(number, column, number, column + 1),
                "these bytes are no UTF-8 text; save the file as UTF-8 and write the"
                " character again",
            )
            return

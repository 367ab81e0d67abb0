"""RB515."""

from __future__ import annotations

from runbookkit.lint.bindings import RESULTS
from runbookkit.lint.context import Context
from runbookkit.lint.results import expressions, names_in_scope
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook
from runbookkit.queries.cel import names_used
from runbookkit.queries.cel_syntax import parse_cel


@runbook_rule("RB515", level="error", since="0.1.0", needs="format")
def constant_expectation(runbook: Runbook, context: Context) -> Found:
    """An expectation does not look at the answer.

    ## Why is this bad?

    It holds or fails whatever the server says, so the step decides nothing and
    looks as if it did.

    ## Bad

    ````markdown
    ### Count the failed requests

    **In Prometheus**:

    ```promql
    sum(rate(http_requests_total{code=~"5.."}[5m]))
    ```

    **Expect:** fewer than 0.1 failed requests per second: `0.05 < 0.1`

    - **Met:** stop
    - **Not met:** continue
    ````

    ## Good

    ````markdown
    ### Count the failed requests

    **In Prometheus**:

    ```promql
    sum(rate(http_requests_total{code=~"5.."}[5m]))
    ```

    **Expect:** fewer than 0.1 failed requests per second: `value < 0.1`

    - **Met:** stop
    - **Not met:** continue
    ````
    """
    scope = names_in_scope(runbook) - RESULTS
    for each in expressions(runbook):
        text = each.source.text
        if each.role == "capture" or parse_cel(text) is None:
            continue
        # A name that nobody knows is RB507's: it may be a result, misspelled.
        if scope.issuperset(names_used(text)):
            yield Problem(
                each.source.span,
                f"this {each.role} is the same for every answer; compare something of"
                " the answer, such as value or series",
            )

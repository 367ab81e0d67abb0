"""RB214."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.labels import misspelled
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.document import Prose
from runbookkit.model.finding import Edit, Fix
from runbookkit.model.runbook import Runbook


@runbook_rule("RB214", level="warning", since="0.1.0", needs="format")
def misspelled_label(runbook: Runbook, context: Context) -> Found:
    """A label is almost one that the format knows.

    ## Why is this bad?

    A person reads *Expected* and understands; the runner knows *Expect* and
    takes the line for prose. The step then has no expectation, and its
    branches decide nothing.

    ## Bad

    ````markdown
    ### Count the failed requests

    **In Prometheus**:

    ```promql
    sum(rate(http_requests_total{code=~"5.."}[5m]))
    ```

    **Expected:** fewer than 0.1 per second: `value < 0.1`

    - Met: continue
    - **Otherwise:** escalate
    ````

    ## Good

    ````markdown
    ### Count the failed requests

    **In Prometheus**:

    ```promql
    sum(rate(http_requests_total{code=~"5.."}[5m]))
    ```

    **Expect:** fewer than 0.1 per second: `value < 0.1`

    - **Met:** continue
    - **Not met:** escalate
    ````
    """
    steps = list(runbook.steps)
    for block in runbook.document.blocks:
        if not isinstance(block, Prose) or block.quoted:
            continue
        while steps and steps[0].end_line < block.span.line:
            steps.pop(0)
        if not steps or block.span.line <= steps[0].span.line:
            continue
        near = misspelled(block, steps[0])
        if near is not None:
            span = block.span_of(near.start, near.end)
            wrong = block.text[near.start : near.end]
            yield Problem(
                span,
                f"{wrong!r} is no label of the format; write {near.label!r}",
                Fix(f"write {near.label!r}", (Edit(span, near.label),), safe=near.safe),
            )

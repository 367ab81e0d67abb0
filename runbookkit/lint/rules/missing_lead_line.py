"""RB212."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.leads import lead_words
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.finding import Edit, Fix
from runbookkit.model.runbook import Action, Runbook
from runbookkit.model.span import Span
from runbookkit.queries.registry import language_of


@runbook_rule("RB212", level="warning", since="0.1.0", needs="format")
def missing_lead_line(runbook: Runbook, context: Context) -> Found:
    """An action does not say in which tool it runs, and within which bounds.

    ## Why is this bad?

    The runner takes its defaults, and the page does not show them. A person
    has to recognise the language to know where to paste the block.

    ## Bad

    ````markdown
    ### Count the failed requests

    ```promql
    sum(rate(http_requests_total{code=~"5.."}[5m]))
    ```

    **Expect:** fewer than 0.1 per second: `value < 0.1`

    - **Not met:** escalate
    ````

    ## Good

    ````markdown
    ### Count the failed requests

    **In Prometheus**:

    ```promql
    sum(rate(http_requests_total{code=~"5.."}[5m]))
    ```

    **Expect:** fewer than 0.1 per second: `value < 0.1`

    - **Not met:** escalate
    ````
    """
    for step in runbook.steps:
        if step.action is None or step.action.lead is not None:
            continue
        words = _words(step.action)
        yield Problem(
            step.action.code.block,
            f"step {step.title!r} does not say where its action runs; put a lead line"
            f" such as `{words}:` directly above the fence",
            _fix(step.action, words),
        )


def _words(action: Action) -> str:
    language = language_of(action.language)
    return lead_words(language) if language else "**In a shell**"


def _fix(action: Action, words: str) -> Fix:
    block = action.code.block
    here = Span(block.line, block.column, block.line, block.column)
    edit = Edit(here, f"{words}:\n\n")
    return Fix("add a lead line with the defaults", (edit,), safe=False)

"""RB413."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.flow import end_of_step, half_read
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.finding import Edit, Fix
from runbookkit.model.graph import step_graph
from runbookkit.model.runbook import Runbook, Step
from runbookkit.model.span import Span


@runbook_rule("RB413", level="warning", since="0.1.0", needs="format")
def implicit_fall_through(runbook: Runbook, context: Context) -> Found:
    """A step runs on into a change without saying so.

    ## Why is this bad?

    *Met* without a branch goes on to the next step. Where the next step
    changes something, that is too important to be left unsaid: the reader
    cannot tell a decision from a forgotten bullet, and of two remedies that
    exclude each other the second runs after the first.

    ## Bad

    ````markdown
    ### Is the database reachable?

    **In Prometheus**:

    ```promql
    min(pg_up{service="checkout"})
    ```

    **Expect:** every instance answers: `value == 1.0`

    - **Not met:** escalate
    ````

    ## Good

    ````markdown
    ### Is the database reachable?

    **In Prometheus**:

    ```promql
    min(pg_up{service="checkout"})
    ```

    **Expect:** every instance answers: `value == 1.0`

    - **Met:** continue
    - **Not met:** escalate
    ````
    """
    graph = step_graph(runbook)
    unclear = half_read(runbook)
    for edge in graph.edges:
        if edge.kind != "next" or edge.source in unclear or not edge.target:
            continue
        step, following = graph.steps[edge.source], graph.steps[edge.target]
        if following.effect == "change":
            yield Problem(
                step.span,
                f"step {step.title!r} runs on into {following.title!r}, which changes"
                " something; say `- **Met:** continue`, or where else it leads",
                _fix(step, runbook),
            )


def _fix(step: Step, runbook: Runbook) -> Fix:
    said = "- **Met:** continue"
    if step.branches:
        first = step.branches[0].span
        marker = runbook.document.lines[first.line - 1][: first.column - 1]
        place = Span(first.line, 1, first.line, 1)
        edit = Edit(place, f"{marker}**Met:** continue\n")
    else:
        edit = Edit(end_of_step(step), f"\n\n{said}")
    return Fix(f"add `{said}`", (edit,))

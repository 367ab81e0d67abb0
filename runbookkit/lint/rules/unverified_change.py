"""RB502."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.flow import half_read
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.graph import StepGraph, reachable, step_graph
from runbookkit.model.runbook import Runbook, Step
from runbookkit.queries.cel import names_used


@runbook_rule("RB502", level="error", since="0.1.0", needs="format")
def unverified_change(runbook: Runbook, context: Context) -> Found:
    """After a change, a path stops without having looked at the effect.

    ## Why is this bad?

    That a command ended with exit code 0 says that the request was taken, not
    that the harm is over. The incident is closed and comes back in an hour.

    A step that looks is one that reads and expects something, one that asks a
    person, or a change whose own expectation is about more than `exit_code`.

    ## Bad

    ````markdown
    ### Restart the checkout pods

    **In a shell**, within 60s:

    ```bash
    kubectl -n shop rollout restart deploy/checkout
    ```

    **Changes:** the pods of one deployment restart one by one

    **Expect:** the request is accepted: `exit_code == 0`

    **Rollback:** none, because a restart leaves version and configuration alone

    - **Met:** stop
    - **Not met:** escalate
    ````

    ## Good

    ````markdown
    ### Restart the checkout pods

    **In a shell**, within 60s:

    ```bash
    kubectl -n shop rollout restart deploy/checkout
    ```

    **Changes:** the pods of one deployment restart one by one

    **Expect:** the request is accepted: `exit_code == 0`

    **Rollback:** none, because a restart leaves version and configuration alone

    - **Met:** go to [The failures are gone](#the-failures-are-gone)
    - **Not met:** escalate
    ````
    """
    graph = step_graph(runbook)
    unclear = half_read(runbook)
    for step in graph.steps.values():
        if step.effect != "change" or step.id in unclear or _looks(step):
            continue
        last = _unseen_stop(graph, step)
        if last is not None:
            where = "" if last.id == step.id else f" after step {last.title!r}"
            yield Problem(
                step.changes.span if step.changes else step.span,
                f"nothing looks at the effect of step {step.title!r} before the run"
                f" stops{where}; go on to a step that measures it",
            )


def _unseen_stop(graph: StepGraph, step: Step) -> Step | None:
    """Return the step at which a run stops that has looked at nothing since."""
    looking = frozenset(
        other.id
        for other in graph.steps.values()
        if other.id != step.id and _looks(other)
    )
    unseen = reachable(graph, step.id, without=looking)
    stops = (
        graph.steps[edge.source]
        for edge in graph.edges
        if edge.end == "stop" and edge.source in unseen
    )
    return next(stops, None)


def _looks(step: Step) -> bool:
    if step.question is not None:
        return True
    if step.expect is None:
        return False
    if step.effect == "read":
        return True
    return not {"exit_code"}.issuperset(names_used(step.expect.expression.text))

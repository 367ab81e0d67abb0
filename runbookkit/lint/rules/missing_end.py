"""RB503."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.flow import half_read
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.graph import Edge, StepGraph, reachable, step_graph
from runbookkit.model.runbook import Runbook


@runbook_rule("RB503", level="error", since="0.1.0", needs="format")
def missing_end(runbook: Runbook, context: Context) -> Found:
    """Nothing decides that the incident is over.

    ## Why is this bad?

    Without a sign that it is over, one reader goes on digging for an hour and
    another goes back to bed too early.

    At least one `stop` has to be reachable that an expectation or a question
    decides; a runbook that hands over to another leaves that to the other.

    ## Bad

    ````markdown
    ## Diagnosis

    ### Restart something

    Restart the checkout pods from the console.

    - **Met:** stop

    ## Mitigation

    Nothing else helps.

    ## Verification

    The alert goes away.
    ````

    ## Good

    ````markdown
    ### Is it known?

    **Ask:** Has the shop announced maintenance for this hour?

    - **Yes:** stop
    - **No:** continue
    ````
    """
    graph = step_graph(runbook)
    if not graph.steps or half_read(runbook):
        return
    inside = reachable(graph)
    ends = [edge for edge in graph.edges if edge.end and edge.source in inside]
    if any(edge.end == "hand over" or _decided(edge, graph) for edge in ends):
        return
    stops = [edge for edge in ends if edge.end == "stop"]
    if stops:
        branch = stops[0].branch
        step = graph.steps[stops[0].source]
        yield Problem(
            branch.span if branch else step.span,
            f"step {step.title!r} stops, and nothing decides that it is over; add an"
            " `**Expect:**` line or ask",
        )
    else:
        yield Problem(
            graph.steps[graph.entry].span,
            "no way through the steps ends in stop; let the step that shows that it is"
            " over say `- **Met:** stop`",
        )


def _decided(edge: Edge, graph: StepGraph) -> bool:
    if edge.end != "stop":
        return False
    step = graph.steps[edge.source]
    return edge.kind in {"choice", "when"} or bool(step.expectations)

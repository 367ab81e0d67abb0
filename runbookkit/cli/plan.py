"""``runbook run --plan``: what a run would ask and do. Nothing is connected."""

from __future__ import annotations

from runbookkit.app.beginning import Given
from runbookkit.cli import codes
from runbookkit.model.graph import Edge, step_graph
from runbookkit.model.runbook import Runbook, Step


def show_plan(runbook: Runbook, given: Given) -> int:
    """Print every step with its program, its effect and its ways out."""
    print(f"{runbook.title} ({runbook.path})")
    for each in runbook.metadata.inputs:
        value = given.inputs.get(each.name, each.source or each.default)
        print(f"  {each.name}: {value if value is not None else 'asked for'}")
    graph = step_graph(runbook)
    numbers = {step: number for number, step in enumerate(graph.steps, 1)}
    for number, (step_id, step) in enumerate(graph.steps.items(), 1):
        print(f"\n{number}. {step.title} [{_effect(step)}]")
        if step.action is not None:
            if step.action.lead is not None:
                print(f"   {' '.join(step.action.lead.text.split())}")
            for line in step.action.text.splitlines():
                print(f"     {line}")
        if step.expect is not None:
            print(f"   expects {step.expect.expression.text}")
        for edge in graph.leaving[step_id]:
            print(f"   {edge.title} -> {_goal(edge, numbers)}")
    return codes.OK


def _effect(step: Step) -> str:
    if step.question is not None:
        return "asks a person"
    if step.action is None:
        return "by hand"
    return "CHANGES, after approval" if step.effect == "change" else "reads"


def _goal(edge: Edge, numbers: dict[str, int]) -> str:
    if edge.target:
        return f"step {numbers[edge.target]}"
    if edge.end == "hand over" and edge.branch is not None:
        return edge.branch.target.href
    return edge.end or "nowhere"

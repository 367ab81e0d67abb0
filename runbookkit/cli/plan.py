"""``runbook run --plan``: what a run would ask and do. Nothing is connected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runbookkit.app.beginning import Given
from runbookkit.cli import codes
from runbookkit.errors import RunbookkitError
from runbookkit.model.graph import Edge, step_graph
from runbookkit.model.runbook import Input, Runbook, Step
from runbookkit.queries.quoting import render


def show_plan(runbook: Runbook, given: Given) -> int:
    """Print every step with its program, its effect and its ways out."""
    print(f"{runbook.title} ({runbook.path})")
    names: dict[str, Any] = {"labels": given.labels, "annotations": given.annotations}
    for each in runbook.metadata.inputs:
        value = _known(each, given)
        shown = each.source if value is None and each.source else value
        hidden = each.type == "secret" and value is not None
        print(f"  {each.name}: {_said(shown, hidden=hidden)}")
        if value is not None and not hidden:
            names[each.name] = value
    graph = step_graph(runbook)
    numbers = {step: number for number, step in enumerate(graph.steps, 1)}
    for number, (step_id, step) in enumerate(graph.steps.items(), 1):
        print(f"\n{number}. {step.title} [{_effect(step)}]")
        for line in _does(step, names):
            print(f"   {line}")
        for edge in graph.leaving[step_id]:
            print(f"   {edge.title} -> {_goal(edge, numbers)}")
    return codes.OK


def _known(wanted: Input, given: Given) -> Any:
    """Return the value that an input would have; none where it is not known."""
    value: Any = given.inputs.get(wanted.name)
    if value is None and wanted.source:
        table, _, key = wanted.source.removeprefix("alert.").partition(".")
        tables = {"labels": given.labels, "annotations": given.annotations}
        value = tables.get(table, {}).get(key)
    return wanted.default if value is None else value


def _said(value: Any, *, hidden: bool) -> str:
    if hidden:
        return "given, and not shown"
    return "asked for" if value is None else str(value)


def _does(step: Step, names: Mapping[str, Any]) -> Iterator[str]:
    if step.question is not None:
        yield " ".join(_filled(step.question.text, "text", names).split())
    action = step.action
    if action is not None:
        if action.lead is not None:
            yield " ".join(_filled(action.lead.text, "text", names).split())
        program = _filled(action.text, action.language, names)
        yield from (f"  {line}" for line in program.splitlines())
    if step.changes is not None:
        yield f"changes {step.changes.text}"
    undo = step.rollback
    if undo is not None and undo.command is not None:
        language = undo.language or "bash"
        yield f"rollback {_filled(undo.command.text, language, names)}"
    elif undo is not None:
        yield f"rollback none: {undo.reason}"
    if step.expect is not None:
        words = f"{step.expect.prose}: " if step.expect.prose else ""
        yield f"expects {words}{step.expect.expression.text}"


def _filled(text: str, language: str, names: Mapping[str, Any]) -> str:
    """Return a text with the values that are known before the run; else as written."""
    try:
        return render(text, language, names)
    except RunbookkitError:
        return text


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

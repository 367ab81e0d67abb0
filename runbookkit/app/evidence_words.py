"""What was seen in the first minute of an incident, in words."""

from __future__ import annotations

from runbookkit.app.words import percent, span
from runbookkit.execute.needs import Approve, Choose, Confirm, need_of
from runbookkit.model.event import Event
from runbookkit.model.graph import step_graph
from runbookkit.model.observation import Figure, Observation
from runbookkit.model.runbook import Runbook
from runbookkit.model.runstate import RunState


def deploy_words(event: Event) -> str:
    """Return a deploy in words."""
    data = event.data
    words = ["deploy of", data.get("service", ""), data.get("revision", "")]
    said = " ".join(str(each) for each in words if each)
    summary = f": {data['summary']}" if data.get("summary") else ""
    return f"{said} {data.get('state', '')}{summary}"


def observed_words(seen: Observation) -> str:
    """Return what was seen of a service, in one line."""
    parts = [f"{seen.service}, last {span(seen.end - seen.start)}"]
    if seen.metrics is not None:
        parts += [_figure(each) for each in seen.metrics.figures]
        parts += [f"slow request {each.trace_id}" for each in seen.metrics.slow[:1]]
    if seen.logs is not None:
        parts += [f"log lines {each.level} {each.lines}" for each in seen.logs.levels]
    if seen.traces is not None:
        failed = sum(each.failed for each in seen.traces.found)
        parts += [f"failed traces {failed}"] if failed else []
    parts += [f"not asked: {each.source}" for each in seen.not_asked]
    return "; ".join(parts)


def _figure(figure: Figure) -> str:
    if figure.value is None:
        return f"{figure.name} unknown"
    unit = {"ratio": "", "instances": "", "seconds": " s"}.get(figure.unit)
    shown = f"{figure.value:.3g}{f' {figure.unit}' if unit is None else unit}"
    return f"{figure.name} {percent(figure.value) if figure.unit == 'ratio' else shown}"


def proposal(state: RunState, runbook: Runbook) -> str:
    """Return what a person could do next, as the runbook has it."""
    if state.end == "escalate":
        return f"Escalate, as {_last_step(state, runbook)}"
    if state.end is not None:
        return f"The runbook {runbook.title!r} ended with {state.end}"
    need = need_of(state, step_graph(runbook))
    match need:
        case Approve(step):
            return f"Approve the change {step.title!r}"
        case Confirm(step):
            return f"Do by hand: {step.title!r}"
        case Choose(step):
            last = state.visits[-1]
            unknown = last.verdict == "error"
            said = f"Check yourself {step.title!r}: {last.message}"
            return said if unknown else f"Decide: {step.title!r}"
        case _:
            return f"Go on with the runbook {runbook.title!r}"


def _last_step(state: RunState, runbook: Runbook) -> str:
    """Return where a run ended, and what that step showed."""
    if not state.visits:
        return f"the runbook {runbook.title!r} says"
    last = state.visits[-1]
    titles = {each.id: each.title for each in runbook.steps}
    said = f": {last.message}" if last.message else ""
    title = titles.get(last.step, last.step)
    return f"the runbook {runbook.title!r} says at {title!r}{said}"


def how_far(state: RunState) -> str:
    """Return how far a run got."""
    judged = sum(each.verdict in {"met", "not met"} for each in state.visits)
    steps = f"{judged} reading {'step' if judged == 1 else 'steps'} done"
    failed = sum(each.verdict == "error" for each in state.visits)
    without = f", {failed} could not be checked" if failed else ""
    ended = f"ended with {state.end}" if state.end else "waits for a person"
    return f"{steps}{without}, {ended}"

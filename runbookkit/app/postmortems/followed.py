"""What was followed, what it showed, and where people left it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from runbookkit.app.postmortems.facts import Facts, Plain
from runbookkit.app.transcripts.visible import fenced
from runbookkit.app.words import rfc3339, span
from runbookkit.execute.transcript import Remark, Transcript, Visit
from runbookkit.model.event import Event

_LINES: Final = 3
_LOUD: Final = frozenset({"warning", "error", "fatal"})


def response(facts: Facts, plain: Plain) -> str:
    """Return the runs of runbooks, step by step, with their evidence."""
    parts = list(_seen(facts, plain))
    if not facts.runs:
        parts.append("No run of a runbook is attached to this incident.")
    parts += [part for run in facts.runs for part in _run(run, facts, plain)]
    return "\n\n".join(parts)


def _seen(facts: Facts, plain: Plain) -> Iterator[str]:
    """Yield what was looked at before anybody was there, with a few lines of the log."""
    found = facts.of("evidence attached")
    if not found:
        return
    yield "Looked at by itself, before anybody was there:"
    lines: list[str] = []
    for event in found:
        text = plain.words(event.data.get("text", ""))
        lines.append(f"- {rfc3339(event.at)}: {text} (e{event.sequence})")
        lines += [f"  - log: {plain.said(line)}" for line in _loud(event)]
    yield "\n".join(lines)


def _loud(event: Event) -> Iterator[str]:
    """Yield the first log lines of an observation; warnings and errors come first."""
    observation = event.data.get("observation")
    logs = observation.get("logs") if isinstance(observation, Mapping) else None
    lines = logs.get("lines", ()) if isinstance(logs, Mapping) else ()
    for line in list(lines)[:_LINES]:
        if line.get("level") in _LOUD:
            yield f"{line.get('time', '')} {line['level']} {line.get('text', '')}"


def _run(run: Transcript, facts: Facts, plain: Plain) -> Iterator[str]:
    state = run.state
    end = state.end or ("paused" if state.paused else "under way")
    who = ", ".join(dict.fromkeys(plain.who(each) for each in run.people)) or "nobody"
    taken = f" after {span(run.duration)}" if run.duration is not None else ""
    yield (
        f"*{plain.words(run.title)}* (`{state.runbook.rpartition('/')[2]}`, run"
        f" `{state.run}`), by {who}: ended as **{end}**{taken}."
    )
    lines = ["| step | result | what it showed |", "|---|---|---|"]
    for visit in run.visits:
        verdict = visit.record.verdict or "under way"
        said = plain.words(_showed(visit)) or "-"
        lines.append(f"| {plain.words(visit.title)} | {verdict} | {said} |")
    yield "\n".join(lines)
    yield from _deviations(run, plain)
    for visit in run.visits:
        yield from _evidence(run, visit, facts, plain)


def _showed(visit: Visit) -> str:
    captured = ", ".join(f"{name} = {value}" for name, value in visit.captures.items())
    return "; ".join(filter(None, (visit.record.message, captured)))


def _deviations(run: Transcript, plain: Plain) -> Iterator[str]:
    remarks: Sequence[Remark] = [each for visit in run.visits for each in visit.remarks]
    left = [each for each in (*remarks, *run.remarks) if each.kind == "deviation"]
    if not left:
        yield "Nobody left the runbook."
        return
    yield "\n".join(
        f"- {rfc3339(each.at)}: {plain.who(each.who)} left the runbook:"
        f" {plain.said(each.text)}"
        for each in left
    )


def _evidence(
    run: Transcript, visit: Visit, facts: Facts, plain: Plain
) -> Iterator[str]:
    picture = facts.pictures.get((run.state.run, visit.number))
    attempt = next(reversed(visit.record.attempts), None)
    if picture is None or attempt is None:
        return
    yield f"What *{plain.words(visit.title)}* showed, with its query:"
    yield f"![{plain.words(picture.words)}]({picture.file})"
    yield fenced(plain.nameless(attempt.sent), attempt.language)

"""A transcript in the words that its pages share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from runbookkit.app.explore import explore_link
from runbookkit.app.transcripts.chart import Chart, chart_of
from runbookkit.app.transcripts.evidence import Evidence, evidence_parts
from runbookkit.execute.curves import Curve, curves_of
from runbookkit.execute.judge import shown
from runbookkit.execute.transcript import Transcript, Visit
from runbookkit.model.answer import Ask, Window
from runbookkit.model.options import Grafana
from runbookkit.model.runstate import Attempt

MARKS: Final = {
    "met": "✔︎ met",
    "not met": "✘︎ not met",
    "error": "! error",
    "skipped": "- skipped",
    "declined": "- declined",
}
_NO_TIME: Final = timedelta()


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One try at an action, ready to be written down."""

    title: str
    sent: str
    language: str
    facts: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    evidence: Evidence | None
    curves: tuple[Curve, ...]
    chart: Chart | None
    link: str = ""


def header_of(transcript: Transcript) -> tuple[tuple[str, str], ...]:
    """Return what stands above the steps; nothing that is empty."""
    state = transcript.state
    labels = state.alert.get("labels", {})
    end = state.end or ("paused" if state.paused else "under way")
    pairs = {
        "State": f"{end}: {transcript.reason}" if transcript.reason else end,
        "Handed over to": state.handed_to,
        "Run": state.run,
        "Incident": state.incident,
        "Runbook": state.runbook,
        "Content hash": state.content_hash,
        "By": ", ".join(transcript.people),
        "Mode": state.mode,
        "Began": moment(state.started_at),
        "Ended": moment(state.ended_at),
        "Took": length(transcript.duration),
        "Deviations": str(state.deviations),
        "Inputs": _pairs(state.inputs),
        "Alert": _pairs(labels),
        "After run": transcript.after,
    }
    return tuple((name, text) for name, text in pairs.items() if text)


def verdict_of(visit: Visit) -> str:
    """Return a verdict with a mark that needs no colour."""
    verdict = visit.record.verdict
    return MARKS[verdict] if verdict is not None else "under way"


def facts_of(visit: Visit) -> tuple[tuple[str, str], ...]:
    """Return what is known of a visit besides its answer."""
    record = visit.record
    pairs = {
        "Entered": moment(record.entered_at),
        "Took": length(visit.duration),
        "Expects": visit.expects,
        "Captured": _pairs(visit.captures),
        "Taken": f"{record.choice}: {visit.leads}" if record.choice else "",
    }
    return tuple((name, text) for name, text in pairs.items() if text)


def attempts_of(visit: Visit, grafana: Grafana) -> tuple[AttemptView, ...]:
    """Return the tries of a visit, its rollback behind them."""
    tries = visit.record.attempts
    views = [
        _attempt(visit, each, f"Try {each.number}" if len(tries) > 1 else "", grafana)
        for each in tries
    ]
    if visit.record.rollback is not None:
        views.append(_attempt(visit, visit.record.rollback, "Rollback", grafana))
    return tuple(views)


def _attempt(
    visit: Visit, attempt: Attempt, title: str, grafana: Grafana
) -> AttemptView:
    answer: Mapping[str, Any] = attempt.answer or {}
    curves = curves_of(answer)
    warnings = [*answer.get("warnings", ()), *answer.get("infos", ())]
    if answer.get("voids"):
        warnings.append(f"cannot be judged: {answer['voids']}")
    if answer.get("truncated"):
        warnings.append(f"cut: {answer['truncated']}")
    return AttemptView(
        title,
        attempt.sent,
        attempt.language,
        tuple(_attempt_facts(attempt, answer, title).items()),
        tuple(warnings),
        evidence_parts(answer) if answer else None,
        curves,
        chart_of(curves, visit.thresholds),
        _link(attempt, answer, grafana),
    )


def _attempt_facts(
    attempt: Attempt, answer: Mapping[str, Any], title: str
) -> dict[str, str]:
    window = answer.get("window")
    tried = attempt.verdict if title else None  # of one try the step's verdict says it
    said = f"{tried}: {attempt.message}" if tried else ""
    server = f"{answer.get('backend', '')} {answer.get('server', '')}".strip()
    as_of = answer.get("data_as_of")
    facts = {
        "Asked": moment(attempt.started_at),
        "On": attempt.host,
        "From": attempt.machine.name,
        "Window": " to ".join(moment(_time(each)) for each in window) if window else "",
        "Answered by": server,
        "Answered in": f"{answer['seconds']:.2f} s" if "seconds" in answer else "",
        "Data as of": moment(_time(as_of)) if as_of else "",
        "Empty": "the answer holds nothing" if answer.get("empty") else "",
        "Failed": attempt.error,
        "Says": said,
        "Evidence": str(answer.get("hash", "")),
    }
    return {name: text for name, text in facts.items() if text}


def _link(attempt: Attempt, answer: Mapping[str, Any], grafana: Grafana) -> str:
    bounds = answer.get("window")
    window = Window(*map(_time, bounds)) if bounds else None
    at = attempt.started_at
    ask = Ask(attempt.language, attempt.sent, at, _NO_TIME, window=window)
    link = explore_link(grafana, ask)
    return link if link.startswith(("https://", "http://")) else ""


def moment(at: datetime | None) -> str:
    """Return a time as people compare it, in UTC."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at is not None else ""


def length(duration: timedelta | None) -> str:
    """Return how long something took.

    >>> length(timedelta(minutes=2, seconds=5)), length(timedelta(milliseconds=40))
    ('2 min 5 s', '0.04 s')
    """
    if duration is None:
        return ""
    seconds = duration.total_seconds()
    if seconds < 60:
        return f"{seconds:.2f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def _pairs(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {shown(value)}" for name, value in values.items())


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)

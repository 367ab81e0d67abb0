"""The sections of a draft: what the record says of each, in markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Final

from runbookkit.app.postmortems.actions import action_rows
from runbookkit.app.postmortems.facts import Facts, Plain
from runbookkit.app.postmortems.followed import response
from runbookkit.app.postmortems.spending import impact, spent_words
from runbookkit.app.postmortems.timing import durations, moments
from runbookkit.app.words import rfc3339, span

_QUICK: Final = timedelta(minutes=5)


def contents(facts: Facts) -> dict[str, str]:
    """Return the text of every generated block, by its name."""
    plain = Plain(facts)
    return {name: make(facts, plain) for name, make in _BLOCKS.items()}


def summary(facts: Facts, plain: Plain) -> str:
    """Return what happened in four sentences, from numbers alone."""
    return " ".join(_summary(facts, plain))


def _summary(facts: Facts, plain: Plain) -> Iterator[str]:
    services = ", ".join(f"`{each}`" for each in facts.services)
    over = facts.resolved
    ended = facts.anchors.mitigated
    end = ended.at if ended is not None and ended.at > facts.started else over
    if end is None:
        yield f"{services} is harmed since {rfc3339(facts.started)}; it goes on."
    else:
        taken = span(end - facts.started)
        yield (
            f"{services} was harmed from {rfc3339(facts.started)} to {rfc3339(end)},"
            f" {taken} in all."
        )
    yield from (spent_words(each) for each in facts.impacts)
    alerts = ", ".join(f"`{each}`" for each in facts.alert_names)
    if alerts:
        yield f"{alerts} fired {_after(facts.durations.to_detect)}."
    if facts.anchors.acknowledged is None:
        yield "Nobody acknowledged the incident."
    else:
        answered = _after(facts.durations.to_acknowledge, "the page")
        yield f"The incident was acknowledged {answered}."
    stopped = [run for run in facts.runs if run.state.end == "stop"]
    if stopped:
        titles = " and ".join(f"*{plain.words(run.title)}*" for run in stopped)
        yield f"The runbook {titles} was followed to its end."


def _after(duration: timedelta | None, what: str = "the harm began") -> str:
    if duration is None:
        return f"an unknown time after {what}"
    if duration < timedelta():
        return f"{span(-duration)} before {what}"
    return f"{span(duration)} after {what}"


def timeline(facts: Facts, plain: Plain) -> str:
    """Return the table of what happened."""
    lines = ["| time | event | source |", "|---|---|---|"]
    for each in facts.within:
        who = plain.who(each.actor)
        # a source that is the same as its actor says it twice
        where = plain.words(each.source or "the record")
        known = f"{who}, {where}" if who and who != where else where
        lines.append(
            f"| {rfc3339(each.at)} | {plain.entry(each)} | {known} ({each.id}) |"
        )
    return "\n".join(lines)


def detection(facts: Facts, plain: Plain) -> str:
    """Return how the incident came to light."""
    first = next(iter(facts.of("alert firing")), None)
    how = (
        f"An alert noticed, and came by way of {plain.words(first.source)}."
        if first is not None
        else "A person noticed; no alert of the incident is in the record."
    )
    return f"{how}\n\n{durations(facts)}\n\n{moments(facts)}"


def factors(facts: Facts, plain: Plain) -> str:
    """Return what is known to have come together; the cause is for people to find."""
    lines: list[str] = []
    for each in facts.deploys:
        before = span(facts.started - each.at)
        lines.append(
            f"- {plain.words(each.text)} ({each.id}), {before} before the harm began."
            " It came before; whether it contributed is not in the record."
        )
    if not facts.deploys:
        lines.append("- No deploy was seen in the two hours before the harm began.")
    for run in facts.runs:
        for name, value in run.state.captures.items():
            lines.append(
                f"- `{name}` was {plain.said(value)} when"
                f" *{plain.words(run.title)}* was followed."
            )
    lines.append("- Which conditions made it possible is for the review to say.")
    return "\n".join(lines)


def well(facts: Facts, plain: Plain) -> str:
    """Return what the record shows to have worked."""
    return _listed(
        _well(facts, plain), "The record alone does not tell what went well."
    )


def _well(facts: Facts, plain: Plain) -> Iterator[str]:
    quick = facts.durations.to_acknowledge
    if quick is not None and timedelta() <= quick <= _QUICK:
        yield f"The page was answered {span(quick)} after it was sent."
    for run in facts.runs:
        met = sum(visit.record.verdict == "met" for visit in run.visits)
        if run.state.end == "stop" and met == len(run.visits):
            yield f"Each of the {met} steps of *{plain.words(run.title)}* was met."
    if facts.alert_names and not facts.of("gap found", "state unknown", "page failed"):
        yield "No delivery between the alert and the people was lost."


def badly(facts: Facts, plain: Plain) -> str:
    """Return what the record shows to have cost time."""
    return _listed(
        _badly(facts, plain), "The record alone does not tell what went badly."
    )


def _badly(facts: Facts, plain: Plain) -> Iterator[str]:
    if facts.anchors.acknowledged is None:
        yield "Nobody acknowledged the incident."
    if not facts.runs:
        yield "No runbook was followed."
    for run in facts.runs:
        for visit in run.visits:
            verdict = visit.record.verdict
            if verdict in {"error", "skipped", "declined"}:
                said = plain.said(visit.record.message or "without a word")
                yield f"The step *{plain.words(visit.title)}* ended as {verdict}: {said}."
        if run.state.deviations:
            yield f"*{plain.words(run.title)}* was left {run.state.deviations} times."
    yield from _lost(facts, plain)


def _lost(facts: Facts, plain: Plain) -> Iterator[str]:
    """Yield what did not arrive, and what was not measured."""
    for event in facts.of("page failed", "effect failed", "gap found", "state unknown"):
        keys = ("error", "reason", "what")
        said = next((event.data[key] for key in keys if event.data.get(key)), "")
        yield f"{event.kind.capitalize()} at {rfc3339(event.at)}: {plain.said(said)}."
    for each in facts.impacts:
        for gap in each.gaps:
            yield (
                f"Nothing was measured for `{each.objective}` from {rfc3339(gap.start)}"
                f" to {rfc3339(gap.end)}."
            )


def _listed(lines: Iterable[str], otherwise: str) -> str:
    return "\n".join(f"- {line}" for line in lines) or otherwise


def actions(facts: Facts, plain: Plain) -> str:
    """Return the table of what could follow; people decide what does."""
    lines = ["| action | kind | owner | due | tracking |", "|---|---|---|---|---|"]
    due = facts.drafted_on + timedelta(days=14)
    for number, (action, kind) in enumerate(action_rows(facts, plain), 1):
        tracked = f"{facts.name}, proposal {number}"
        lines.append(f"| {action} | {kind} | {facts.owner} | {due} | {tracked} |")
    return "\n".join(lines)


def lucky(facts: Facts, plain: Plain) -> str:  # noqa: ARG001  as all sections
    """Return that luck is in no record."""
    return "The record does not tell luck from design; those who were there can."


def lessons(facts: Facts, plain: Plain) -> str:  # noqa: ARG001  as all sections
    """Return that lessons are for people."""
    return "The review of this incident says what we believe now; the record cannot."


_BLOCKS: Final[Mapping[str, Callable[[Facts, Plain], str]]] = {
    "summary": summary,
    "impact": impact,
    "timeline": timeline,
    "detection": detection,
    "contributing-factors": factors,
    "response": response,
    "what-went-well": well,
    "what-went-badly": badly,
    "where-we-got-lucky": lucky,
    "action-items": actions,
    "lessons": lessons,
}

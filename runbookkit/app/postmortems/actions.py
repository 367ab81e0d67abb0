"""Action items that gaps in the record propose."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from runbookkit.app.postmortems.facts import Facts, Plain
from runbookkit.app.words import percent, span
from runbookkit.execute.transcript import Transcript

Row = tuple[str, str]
_LATE: Final = timedelta(minutes=15)
_MUCH: Final = 0.2
"""Share of a budget that one incident may spend before the policy speaks."""


def action_rows(facts: Facts, plain: Plain) -> Iterator[Row]:
    """Yield actions and their kinds; at least one."""
    yield from _of_detection(facts)
    yield from _of_runbooks(facts, plain)
    for run in facts.runs:
        yield from _of_run(run, plain)
    yield from _of_deliveries(facts)
    yield from _of_budget(facts)
    deploy = next(iter(facts.deploys), None)
    if deploy is not None:
        what = plain.words(deploy.text)
        yield f"Find a check that shows the effect of a change like {what}", "prevent"
    yield "Decide in the review what makes a repetition less likely", "prevent"


def _of_detection(facts: Facts) -> Iterator[Row]:
    detect = facts.durations.to_detect
    if detect is not None and detect > _LATE:
        yield f"Notice such harm sooner than after {span(detect)}", "detect"
    if not facts.alert_names:
        yield "Add an alert for what a person had to notice", "detect"
    if facts.anchors.acknowledged is None:
        yield "Find out where the page went that nobody acknowledged", "process"


def _of_runbooks(facts: Facts, plain: Plain) -> Iterator[Row]:
    if facts.runs:
        return
    names = ", ".join(f"`{each}`" for each in facts.alert_names) or "this harm"
    if facts.incident.runbook:
        file = plain.words(facts.incident.runbook.rpartition("/")[2])
        yield f"Find out what kept people from following {file}", "process"
    else:
        yield f"Write a runbook for {names}", "mitigate"


def _of_run(run: Transcript, plain: Plain) -> Iterator[Row]:
    title = plain.words(run.title)
    for visit in run.visits:
        step = plain.words(visit.title)
        if visit.record.verdict == "error":
            yield f"Let the step *{step}* of *{title}* get its answer", "mitigate"
        elif visit.record.verdict in {"skipped", "declined"}:
            yield f"Say in *{title}* when the step *{step}* does not apply", "mitigate"
    if run.state.deviations:
        yield f"Put into *{title}* what people did beside it", "mitigate"
    if run.state.end == "escalate":
        yield f"Add to *{title}* what ended the incident", "mitigate"


def _of_deliveries(facts: Facts) -> Iterator[Row]:
    if facts.of("page failed", "effect failed"):
        yield "Test the way from an alert to a person from end to end", "detect"
    if facts.of("gap found", "state unknown"):
        yield "Find out why deliveries of the alert sender were missing", "detect"
    for each in facts.impacts:
        if each.gaps:
            yield f"Keep the metrics of `{each.objective}` through such harm", "detect"


def _of_budget(facts: Facts) -> Iterator[Row]:
    for each in facts.impacts:
        if each.spent is not None and each.spent > _MUCH:
            spent = f"{percent(each.spent)} of the budget of `{each.objective}`"
            yield f"Decide what waits, as {spent} is spent", "process"

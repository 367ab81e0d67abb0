"""What a scenario comes to when the text is followed: the engine says so, no player."""

from __future__ import annotations

from dataclasses import dataclass

from runbookkit.audit.case import Case
from runbookkit.execute.comparing import differences, end_of
from runbookkit.execute.replay import Played, Replay, replay
from runbookkit.model.event import Event
from runbookkit.model.remembered import remembered
from runbookkit.queries.quoting import render


@dataclass(frozen=True, slots=True)
class Truth:
    """The end of a scenario, or why it cannot be played."""

    end: str
    events: tuple[Event, ...]
    path: tuple[str, ...] = ()
    """Ids of the steps that are visited."""
    unplayable: str = ""


@remembered
def truth_of(case: Case) -> Truth:
    """Return how the engine ends a scenario.

    One in which a person does otherwise than the text says, or that does not
    come out as it expects, proves nothing about the text.
    """
    if not case.graph.steps:
        return Truth("", (), (), "the runbook has no steps that could be played")
    played = Played(case.runbook, case.start, render, lambda text: text, case.secrets)
    ran = replay(case.scenario, played)
    end = end_of(ran.state)
    path = tuple(record.step for record in ran.state.visits)
    differing = differences(case.scenario, ran, case.graph)
    if differing:
        first = differing[0]
        where = f" at {first.step!r}" if first.step else ""
        return Truth(
            end,
            ran.events,
            path,
            f"the scenario does not come out as it expects{where}; `runbook test`"
            " says how",
        )
    return Truth(end, ran.events, path, _deviates(ran))


def _deviates(ran: Replay) -> str:
    verdicts = {record.step: record.verdict for record in ran.state.visits}
    for event in ran.events:
        if event.kind != "deviation noted":
            continue
        what = str(event.data.get("what", ""))
        verdict = verdicts.get(event.data.get("step", ""))
        if verdict in {"error", "declined"} and what not in {"edited", "ran again"}:
            continue  # the text says no more here, so people do as they see fit
        return f"a person does otherwise than the text says: {what}"
    return ""

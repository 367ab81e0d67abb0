"""Make a scenario from the events of a run."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from runbookkit.errors import SessionError
from runbookkit.execute.state import state_of
from runbookkit.model.event import Event
from runbookkit.model.run import RunAlert, RunbookVersion
from runbookkit.model.runstate import RunState
from runbookkit.model.scenario import Expected, Said, Scenario, ScenarioAnswer

_NUMBERS: Final = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
_SAID: Final[Mapping[str, Said]] = {
    "change declined": "decline",
    "step skipped": "skip",
}
_SAMPLES: Final = frozenset({"value", "first", "last", "min", "max", "avg", "points"})


def recorded(events: Sequence[Event], name: str, runbook: str, entry: str) -> Scenario:
    """Return the scenario that a run was; ``runbook`` is its path from the scenario.

    ``entry`` is the id of the runbook's first step.

    Raises:
        SessionError: The events are not those of a run.
    """
    if not events or events[0].kind != "run started":
        raise SessionError("these events are not those of a run")
    begun = events[0]
    state = state_of("", events)
    alert = begun.data["alert"]
    approved = any(each.kind == "change approved" for each in events)
    return Scenario(
        name,
        _expected(state),
        RunbookVersion(runbook, begun.data["content_hash"]),
        begun.at,
        "" if begun.data["first"] == entry else begun.data["first"],
        _answers(events),
        alert=RunAlert(alert.get("labels", {}), alert.get("annotations", {}))
        if any(alert.values())
        else None,
        inputs={key: str(value) for key, value in begun.data["inputs"].items()},
        approves_changes=approved,
    )


def _expected(state: RunState) -> Expected:
    visits = state.visits
    return Expected(
        tuple(record.step for record in visits),
        {record.step: record.verdict for record in visits if record.verdict},
        state.captures,
        state.end or "pause",
    )


def _answers(events: Iterable[Event]) -> dict[str, tuple[ScenarioAnswer, ...]]:
    found: dict[str, list[dict[str, Any]]] = {}
    tape = _Tape()
    for event in events:
        step = event.data.get("step", "")
        if event.kind == "step entered":
            tape = _Tape()
        entry = tape.entry(event)
        if entry is not None:
            found.setdefault(step, []).append(entry)
        if event.kind == "branch taken" and tape.deviated:
            found[step][-1]["choice"] = event.data["label"]
        if event.kind == "run finished" and tape.deviated == "escalated":
            found[step][-1]["choice"] = "escalate"
    return {
        step: tuple(ScenarioAnswer(**each) for each in entries)
        for step, entries in found.items()
    }


@dataclass
class _Tape:
    """What one visit of a step has come to so far."""

    sent: str = ""
    wrote: str = ""
    deviated: str = ""
    asked: bool = False

    def entry(self, event: Event) -> dict[str, Any] | None:
        """Return what an event adds to the answers of its step, if anything."""
        data = event.data
        match event.kind:
            case "deviation noted":
                if data["what"] not in {"edited", "skipped"}:
                    self.deviated = data["what"]
                self.wrote = data.get("program", self.wrote)
            case "action started":
                self.sent = data["sent"]
            case "action answered":
                return self._tried(_answer(data["answer"]))
            case "action failed" if not data.get("never_begun"):
                return self._tried({"error": data["error"]})
            case "change declined" | "step skipped":
                self.asked = True
                return {"said": _SAID[event.kind]}
            case "step judged" if not self.asked:
                return self._unasked(data)
        return None

    def _tried(self, came: dict[str, Any]) -> dict[str, Any]:
        self.asked = True
        wrote = {"wrote": self.wrote} if self.wrote else {}
        return {**came, **wrote, "sent": self.sent}

    def _unasked(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a question or a step by hand came to, or a missing value."""
        self.asked = True
        if data["verdict"] == "not met":
            said: Said = "not met"
            return {"said": said}
        return {"choice": data["answer"]} if "answer" in data else {}


def _answer(kept: Mapping[str, Any]) -> dict[str, Any]:
    names = _with_numbers(kept["names"])
    stdout = names.get("stdout")
    if stdout and "json" in names and "…" not in stdout[-1:]:
        del names["json"]  # it is in the text
    answer = {"kind": kept["kind"], "names": names}
    if kept["voids"]:
        answer["voids"] = kept["voids"]
    if kept["seconds"]:
        answer["took_seconds"] = kept["seconds"]
    return answer


def _with_numbers(value: Any, name: str = "") -> Any:
    """Return kept values with their NaN and infinities, which JSON spells out."""
    if isinstance(value, Mapping):
        return {key: _with_numbers(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_numbers(each, name) for each in value]
    if name in _SAMPLES and isinstance(value, str):
        return _NUMBERS.get(value, value)
    return value

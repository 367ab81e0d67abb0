"""Make a scenario from the events of a run."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
    last = {record.step: record.verdict for record in visits}
    return Expected(
        tuple(record.step for record in visits),
        {step: verdict for step, verdict in last.items() if verdict},
        state.captures,
        state.end or "pause",
    )


def _answers(events: Iterable[Event]) -> dict[str, tuple[ScenarioAnswer, ...]]:
    tape = _Tape()
    for event in events:
        tape.take(event)
    tape.stop()
    return {
        step: tuple(ScenarioAnswer(**each) for each in entries)
        for step, entries in tape.entries.items()
    }


@dataclass
class _Tape:
    """The answers of a run so far, and what its current visit has come to."""

    entries: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    step: str = ""
    sent: str = ""
    wrote: str = ""
    deviated: str = ""
    asked: bool = False
    """Whether this visit has an entry already."""
    paused: bool = False

    def take(self, event: Event) -> None:
        """Note what an event means for a replay."""
        data = event.data
        self.paused = event.kind == "run paused"
        match event.kind:
            case "step entered":
                self.step, self.wrote, self.deviated = data["step"], "", ""
                self.asked = False
            case "deviation noted" if data["what"] == "edited":
                self.wrote = data["program"]
            case "deviation noted" if data["what"] != "skipped":
                self.deviated = data["what"]
            case "branch taken" if self.deviated:
                self.entries[self.step][-1]["choice"] = data["label"]
            case "run finished" if self.deviated == "escalated":
                self.entries[self.step][-1]["choice"] = "escalate"
            case _:
                self._note(event.kind, data)

    def stop(self) -> None:
        """Note that the run was left where a person was asked."""
        if self.paused and self.asked:
            self.entries[self.step][-1]["choice"] = "pause"
        elif self.paused:
            self._add({"said": "pause"})

    def _note(self, kind: str, data: Mapping[str, Any]) -> None:
        """Note what an engine or a person said."""
        match kind:
            case "action started":
                self.sent = data["sent"]
            case "action answered":
                self._add({**_answer(data["answer"]), "sent": self.sent})
            case "action failed" if not data.get("never_begun"):
                self._add({"error": data["error"], "sent": self.sent})
            case "change declined" | "step skipped":
                self._add({"said": _SAID[kind]})
            case "step judged" if not self.asked:
                # a question, a step by hand, or a value that is missing
                answer = {"choice": data["answer"]} if "answer" in data else {}
                by_hand = {"said": "not met"} if data["verdict"] == "not met" else {}
                self._add({**answer, **by_hand})

    def _add(self, entry: dict[str, Any]) -> None:
        wrote = {"wrote": self.wrote} if self.wrote else {}
        self.entries.setdefault(self.step, []).append({**entry, **wrote})
        self.asked = True


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

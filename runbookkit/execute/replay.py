"""Play a scenario: the real engine, a clock that stands still, answers from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from runbookkit.execute.asking import Render
from runbookkit.execute.evidence import Redact
from runbookkit.execute.outside import Outside, Start
from runbookkit.execute.runner import Runner
from runbookkit.execute.stage import Sent, Stage, StuckError
from runbookkit.model.event import Event, NewEvent
from runbookkit.model.runbook import Runbook
from runbookkit.model.runstate import RunState
from runbookkit.model.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Replay:
    """What a scenario came to."""

    state: RunState
    events: tuple[Event, ...]
    sent: tuple[Sent, ...] = ()
    stuck: StuckError | None = None


@dataclass(frozen=True, slots=True)
class Played:
    """What a replay needs besides the scenario."""

    runbook: Runbook
    start: Start
    render: Render
    redact: Redact
    secrets: Mapping[str, Any] = field(default_factory=dict)


def replay(scenario: Scenario, played: Played) -> Replay:
    """Play a scenario to its end, or to the step that it has no answer for."""
    clock = _Clock(scenario.started_at)
    log = _Log()
    stage = Stage(scenario, clock, played.redact)
    steps = played.runbook.steps
    fences = {step.action.language for step in steps if step.action is not None}
    numbers = count(1)
    outside = Outside(
        log,
        dict.fromkeys(fences, stage),
        clock,
        played.render,
        played.redact,
        lambda: f"key-{next(numbers)}",
        source="scenario",
        ahead=False,
    )
    runner = Runner("replay", played.runbook, outside, stage, played.secrets)
    stuck: StuckError | None = None
    try:
        runner.begin(played.start)
        runner.go()
    except StuckError as error:
        stuck = error
    return Replay(runner.state, tuple(log.events), tuple(stage.sent), stuck)


class _Clock:
    """Stands still until an answer, or a pause between two tries, moves it."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        """Return the scenario's time."""
        return self._now

    def sleep(self, duration: timedelta) -> None:
        """Move on."""
        self._now += duration


class _Log:
    """Keeps events for as long as the replay takes."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def append(
        self, stream: str, expected: int, events: Sequence[NewEvent]
    ) -> list[Event]:
        """Keep events; there is nobody else to conflict with."""
        kept = [
            Event(
                expected + number,
                stream,
                expected + number,
                new.kind,
                new.at,
                new.at,
                new.data,
                new.actor,
                new.source,
            )
            for number, new in enumerate(events, 1)
        ]
        self.events += kept
        return kept

    def read(self, stream: str, after: int = 0) -> list[Event]:
        """Return the events so far."""
        return [each for each in self.events if each.stream == stream][after:]

    def since(self, position: int, limit: int = 1000) -> list[Event]:
        """Return the events so far."""
        return self.events[position : position + limit]

    def streams(self, kind: str) -> list[str]:
        """Return the one run."""
        names = {each.stream for each in self.events}
        return sorted(name for name in names if name.startswith(f"{kind}/"))

    def close(self) -> None:
        """Forget nothing: there is nothing to let go of."""

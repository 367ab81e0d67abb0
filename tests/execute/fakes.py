"""What a run uses from outside, in memory; and people who know what they say."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from runbookkit.errors import BackendError, ConflictError, NeverBegunError
from runbookkit.execute import person as say
from runbookkit.execute.needs import Approve, Choose, Confirm, RunAction
from runbookkit.execute.outside import Outside
from runbookkit.model.answer import Answer, Ask, ResultKind
from runbookkit.model.event import Event, NewEvent
from runbookkit.model.runstate import Machine, RunState
from runbookkit.queries.quoting import render
from runbookkit.store.rows import to_json

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HERE = Machine("web-1", "spool-1")
Reply = Mapping[str, Any] | Exception


class FakeClock:
    def __init__(self) -> None:
        self.time = NOON
        self.slept: list[timedelta] = []

    def now(self) -> datetime:
        return self.time

    def sleep(self, duration: timedelta) -> None:
        self.slept.append(duration)
        self.time += duration


class MemoryStore:
    """Keeps what JSON can hold; ``crash_after`` lets it die behind so many events."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.crash_after: int | None = None
        self._lock = threading.Lock()

    def append(
        self, stream: str, expected: int, events: Sequence[NewEvent]
    ) -> list[Event]:
        with self._lock:
            last = len(self.read(stream))
            if last != expected:
                raise ConflictError(f"{stream}: {last} where {expected} was expected")
            if self.crash_after is not None and last + len(events) > self.crash_after:
                raise Crash
            for event in events:
                to_json(event.data)
            kept = [
                Event(
                    len(self.events) + number,
                    stream,
                    expected + number,
                    event.kind,
                    event.at,
                    event.at,
                    event.data,
                    event.actor,
                    event.source,
                )
                for number, event in enumerate(events, 1)
            ]
            self.events += kept
            return kept

    def read(self, stream: str, after: int = 0) -> list[Event]:
        mine = [event for event in self.events if event.stream == stream]
        return mine[after:]

    def since(self, position: int, limit: int = 1000) -> list[Event]:
        return self.events[position : position + limit]

    def streams(self, kind: str) -> list[str]:
        names = dict.fromkeys(event.stream for event in self.events)
        return [name for name in names if name.startswith(f"{kind}/")]

    def close(self) -> None:
        pass


class Crash(BaseException):
    """The machine is switched off."""


class FakeBackend:
    """Answers by program text; of several replies the last one stays.

    A change is made once for its key, as the shell does it.
    """

    name = "fake"
    languages: tuple[str, ...] = ("promql", "logql", "bash", "bpftrace")

    def __init__(
        self, clock: FakeClock, replies: Mapping[str, Reply | list[Reply]]
    ) -> None:
        self._clock = clock
        self._replies = {
            text: list(reply) if isinstance(reply, list) else [reply]
            for text, reply in replies.items()
        }
        self._made: dict[str, Reply] = {}
        self.asked: list[Ask] = []
        self.made: list[str] = []
        """Programs of the changes that were really made."""
        self.crash_at = ""
        """Program behind which the machine is switched off."""
        self.crash_before = ""
        """Program before which the machine is switched off."""

    def ask(self, ask: Ask) -> Answer:
        self.asked.append(ask)
        if ask.text == self.crash_before:
            self.crash_before = ""
            raise Crash
        reply = self._change(ask) if ask.key else self._reply(ask.text)
        if ask.text == self.crash_at:
            self.crash_at = ""
            raise Crash
        if isinstance(reply, Exception):
            raise reply
        kind: ResultKind = "range" if ask.window else "instant"
        return Answer(
            "shell" if ask.language == "bash" else kind,
            reply,
            self.name,
            ask.text,
            self._clock.now(),
            timedelta(),
            window=ask.window,
        )

    def link(self, ask: Ask) -> str:
        return f"http://fake.test/{ask.text}"

    def _change(self, ask: Ask) -> Reply:
        if ask.key not in self._made:
            if ask.begun:
                raise NeverBegunError("never begun", backend=self.name)
            self._made[ask.key] = self._reply(ask.text)
            self.made.append(ask.text)
        return self._made[ask.key]

    def _reply(self, text: str) -> Reply:
        if text not in self._replies:
            raise BackendError(f"nothing is known of {text!r}", backend=self.name)
        replies = self._replies[text]
        return replies.pop(0) if len(replies) > 1 else replies[0]


def failing(message: str) -> BackendError:
    return BackendError(message, backend="fake", retryable=True)


class Script:
    """A person who answers from a list, and pauses when it is over."""

    name = "on call"

    def __init__(self, *decisions: say.Decision | str) -> None:
        self._decisions = list(decisions)
        self.told_events: list[Event] = []
        self.asks: list[tuple[str, str]] = []
        """Which question was asked, and with which program or suggestion."""
        self.needs: list[Approve | Confirm | Choose | RunAction] = []
        self.states: list[RunState] = []
        self.watch: Callable[[Event], None] = self.told_events.append

    def told(self, event: Event, state: RunState) -> None:
        assert state.sequence == event.sequence
        self.watch(event)

    def before(self, need: RunAction, ask: Ask, state: RunState) -> say.Decision:
        return self._next("before", need, ask.text, state)

    def approve(self, need: Approve, ask: Ask, state: RunState) -> say.Decision:
        return self._next("approve", need, ask.text, state)

    def confirm(self, need: Confirm, state: RunState) -> say.Decision:
        return self._next("confirm", need, "", state)

    def choose(self, need: Choose, state: RunState) -> say.Decision:
        suggested = need.suggested.title if need.suggested else ""
        return self._next("choose", need, suggested, state)

    def _next(
        self,
        kind: str,
        need: Approve | Confirm | Choose | RunAction,
        text: str,
        state: RunState,
    ) -> say.Decision:
        self.asks.append((kind, text))
        self.needs.append(need)
        self.states.append(state)
        said = self._decisions.pop(0) if self._decisions else say.Pause()
        if not isinstance(said, str):
            return said
        # a label, or nothing for whatever is suggested
        assert isinstance(need, Choose), f"{said!r} is no answer to {kind}"
        return say.Take(next(edge for edge in need.options if edge.title == said))


@dataclass
class World:
    """One machine, its log, and the engines that it asks."""

    replies: Mapping[str, Reply | list[Reply]] = field(default_factory=dict)
    machine: Machine = HERE
    ahead: bool = False
    clock: FakeClock = field(default_factory=FakeClock)
    store: MemoryStore = field(default_factory=MemoryStore)
    redact: Callable[[str], str] = str

    def __post_init__(self) -> None:
        self.backend = FakeBackend(self.clock, self.replies)
        self._ids = (f"key-{number}" for number in count(1))

    def outside(self) -> Outside:
        return Outside(
            self.store,
            dict.fromkeys(self.backend.languages, self.backend),
            self.clock,
            render,
            self.redact,
            lambda: next(self._ids),
            machine=self.machine,
            ahead=self.ahead,
        )

    def kinds(self) -> list[str]:
        return [event.kind for event in self.store.events]

    def data(self, kind: str) -> list[Mapping[str, Any]]:
        return [event.data for event in self.store.events if event.kind == kind]


def value(number: float) -> Mapping[str, Any]:
    return {"series": [{"labels": {}, "value": number}], "value": number}


def shell(stdout: str = "", code: int = 0) -> Mapping[str, Any]:
    return {"exit_code": code, "stdout": stdout, "stderr": ""}


def verdicts(state: RunState) -> list[tuple[str, str | None]]:
    return [(record.step, record.verdict) for record in state.visits]


def path(state: RunState) -> Iterable[str]:
    return [record.step for record in state.visits]

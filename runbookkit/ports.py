"""What the use cases need from outside; adapters satisfy these, tests fake them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from runbookkit.model.alert import Body
from runbookkit.model.answer import Answer, Ask
from runbookkit.model.audit import Exchange, Turn, View
from runbookkit.model.effect import Effect, EffectKind, Receipt
from runbookkit.model.event import Event, NewEvent
from runbookkit.model.incident import AlertRow, Changes, IncidentRow, Known, Want
from runbookkit.model.job import Job, JobCount, NewJob

if TYPE_CHECKING:
    from runbookkit.http import Transport


class Clock(Protocol):
    """Time, so that tests can hold it still."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""

    def sleep(self, duration: timedelta) -> None:
        """Wait."""


class Backend(Protocol):
    """An engine that answers actions."""

    name: str
    languages: tuple[str, ...]

    def ask(self, ask: Ask) -> Answer:
        """Return the answer to one action, within its time-out.

        Raises:
            QueryRejectedError: The query is wrong.
            BackendUnavailableError: The server is.
            AnswerTooLargeError: The answer exceeds the bounds.
        """

    def link(self, ask: Ask) -> str:
        """Return an address that shows the same thing; empty when there is none."""


class Store(Protocol):
    """The append-only log of everything that happened."""

    def append(
        self, stream: str, expected: int, events: Sequence[NewEvent]
    ) -> list[Event]:
        """Keep events durably, behind the ``expected`` last sequence number.

        When it returns, the events survive a crash of process and machine. An
        event whose key is kept already is left out.

        Raises:
            ConflictError: Somebody else appended meanwhile.
            StoreError: They could not be written; nothing was kept.
        """

    def read(self, stream: str, after: int = 0) -> list[Event]:
        """Return the events of one stream behind a sequence number, in order."""

    def since(self, position: int, limit: int = 1000) -> list[Event]:
        """Return events of all streams behind a position, in order."""

    def streams(self, kind: str) -> list[str]:
        """Return the streams whose name begins with ``kind/``, newest first."""

    def close(self) -> None:
        """Wait for what was handed in, and let go of files and connections."""


class Player(Protocol):
    """Whoever plays the runner of an audit: a model, or a script that acts one."""

    name: str
    """With model and effort: part of what a stored play depends on."""

    def turn(self, view: View, history: Sequence[Exchange]) -> Turn:
        """Return what the player says next; all it knows is what is handed in.

        Raises:
            CouldNotCheckError: It said nothing that can be used: transport, budget.
        """


class Record(Protocol):
    """What is kept of incidents, for whoever only reads it."""

    def read(self, stream: str, after: int = 0) -> list[Event]:
        """Return the events of one stream behind a sequence number, in order."""

    def incident(self, number: int) -> IncidentRow | None:
        """Return one incident; None when there is none of that number."""

    def incidents(self, *, open_only: bool, limit: int = 100) -> list[IncidentRow]:
        """Return incidents, the newest first."""

    def alerts(self, incident: int) -> list[AlertRow]:
        """Return the alerts of an incident."""


class IncidentStore(Store, Record, Protocol):
    """The log together with its projections: alerts, incidents, jobs."""

    def position(self) -> int:
        """Return the position of the last event; 0 when there is none."""

    def page(self, stream: str, after: int, limit: int) -> list[Event]:
        """Return at most so many events of a stream behind a sequence number."""

    def newest(self, stream: str, before: int, limit: int) -> list[Event]:
        """Return the last events before a sequence number, 0 for the end, in order."""

    def edits(self, stream: str, since: int) -> list[Event]:
        """Return what people changed in a timeline, from a sequence number on."""

    def some_alerts(self, incident: int, limit: int) -> list[AlertRow]:
        """Return some alerts of an incident; those that fire come first."""

    def alert_page(self, incident: int, skip: int, limit: int) -> list[AlertRow]:
        """Return alerts of an incident behind so many, by source and fingerprint."""

    def decide(self, want: Want, decide: Callable[[Known], Changes]) -> list[Event]:
        """Keep what a pure decision comes to, in the transaction that it was made in.

        When it returns, everything is durable. ``decide`` may be called again when
        somebody else changed what it was told, so it has no effect of its own.

        Raises:
            StoreError: Nothing was kept.
        """

    def decide_soon(
        self, want: Want, decide: Callable[[Known], Changes]
    ) -> Future[list[Event]]:
        """Hand a decision in; the future ends when it is durable, or refused.

        Decisions that wait at the same time share what each costs alone.

        Raises:
            StoreError: The store is closed.
        """

    def bodies(self, *, dead_only: bool, limit: int = 100) -> list[Body]:
        """Return what senders sent, the newest first."""

    def forget_bodies(self, before: datetime, *, dead: bool, limit: int) -> int:
        """Delete some of the oldest bodies that came before a moment.

        Returns how many; as many as ``limit`` when there may be more.

        Raises:
            StoreError: None was deleted.
        """

    def claim(
        self, owner: str, queues: Sequence[str], now: datetime, lease: timedelta
    ) -> Job | None:
        """Return the next job that is due and whose forerunners are done; None if none.

        Forerunners are the older jobs of the same stream and queue. ``owner`` is
        ``<process>/<worker>``: a worker holds one job at a time, and takes none
        from another worker of its process.
        """

    def finish(
        self, job: Job, events: Sequence[NewEvent] = (), jobs: Sequence[NewJob] = ()
    ) -> bool:
        """Mark a job done, with what it brought; False when the lease was lost."""

    def put_off(
        self,
        job: Job,
        until: datetime,
        error: str,
        events: Sequence[NewEvent] = (),
        jobs: Sequence[NewJob] = (),
    ) -> bool:
        """Try a job again later; False when the lease was lost.

        Without an error it was not tried yet, and the attempt does not count.
        """

    def give_up(
        self,
        job: Job,
        error: str,
        events: Sequence[NewEvent] = (),
        jobs: Sequence[NewJob] = (),
    ) -> bool:
        """Keep a job as dead, with what makes that loud; False as above."""

    def revive(self, job: int) -> bool:
        """Try a dead job again; False when it is not dead."""

    def waiting(self, limit: int = 100) -> list[Job]:
        """Return jobs that are still to be done, the next first."""

    def dead(self, limit: int = 100) -> list[Job]:
        """Return jobs that were given up, the newest first."""

    def job_counts(self) -> list[JobCount]:
        """Return how many jobs wait and how many are dead, by queue."""


class Notifier(Protocol):
    """A way to reach people or the systems they look at."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def kinds(self) -> frozenset[EffectKind]:
        """What it can do; it is asked for nothing else."""

    def perform(self, effect: Effect, attempt: int) -> Receipt:
        """Make an effect true; from the second attempt on, look first if it is.

        Raises:
            NotifierError: It is not known to be true; ``retryable`` tells whether to
                try again, ``retry_after`` when at the earliest.
        """


class NotifierModule(Protocol):
    """What a module that offers a notifier defines."""

    NAME: str
    Config: type[Any]

    def connect(
        self, config: Any, *, clock: Clock, transport: Transport | None = None
    ) -> Notifier:
        """Return the notifier; nothing is sent before the first effect."""


class BackendModule(Protocol):
    """What a module that offers a backend defines."""

    NAME: str
    """As the configuration spells it."""
    LANGUAGES: tuple[str, ...]
    """Fence languages that it answers."""
    Config: type[Any]
    """A frozen dataclass; its fields are the backend's table in the configuration."""

    def connect(
        self, config: Any, *, clock: Clock, transport: Transport | None = None
    ) -> Backend:
        """Return the backend; nothing is sent before the first question."""

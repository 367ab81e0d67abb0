"""What a store does on either database."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from runbookkit.model.alert import Body
from runbookkit.model.event import Event, NewEvent
from runbookkit.model.incident import AlertRow, Changes, IncidentRow, Known, Want
from runbookkit.model.job import Job, JobCount, NewJob
from runbookkit.store.decisions import Decision, decide_all
from runbookkit.store.dialect import Dialect
from runbookkit.store.jobs import (
    COUNTS,
    DEAD,
    WAITING,
    Brought,
    Claim,
    bury_job,
    claim_job,
    count_of,
    finish_job,
    job_of,
    put_off_job,
    revive_job,
)
from runbookkit.store.pieces import (
    ALERT_PAGE,
    ALL,
    EDITS,
    FIRING,
    NEWEST,
    PAGE,
    POSITION,
    QUIET,
)
from runbookkit.store.projections import (
    ALERT_COLUMNS,
    BODY_COLUMNS,
    READ_INCIDENT_COLUMNS,
    alert_of,
    body_of,
    incident_of,
)
from runbookkit.store.rows import (
    READ,
    SINCE,
    STREAMS,
    append_rows,
    event_of,
    text_of,
)
from runbookkit.store.writer import Sql, Transactions, Writer

T = TypeVar("T")

_INCIDENT = f"SELECT {READ_INCIDENT_COLUMNS} FROM incident WHERE id = ?"
_INCIDENTS = f"SELECT {READ_INCIDENT_COLUMNS} FROM incident"
_NEWEST = " ORDER BY id DESC LIMIT ?"
_OPEN = " WHERE status IN ('open', 'acknowledged', 'mitigated')"
_ALERTS = (
    f"SELECT {ALERT_COLUMNS} FROM alert WHERE incident = ? ORDER BY source, fingerprint"
)
_BODIES = f"SELECT {BODY_COLUMNS} FROM delivery"
_DEAD = " WHERE state = 'dead'"
# numbers grow with time: a look at the oldest few spares an index on their time
_FORGET = (
    "DELETE FROM delivery WHERE id IN (SELECT oldest.id FROM (SELECT id, received_at"
    " FROM delivery WHERE state = '{state}' ORDER BY id LIMIT ?) AS oldest"
    " WHERE oldest.received_at < ?)"
)
_FORGET_KEPT = _FORGET.format(state="kept")
_FORGET_DEAD = _FORGET.format(state="dead")


class Log(ABC):
    """The log of everything that happened, with its projections.

    Whatever is written goes through one writer: it is durable when a call
    returns, and what waits at the same time shares a commit.
    """

    def __init__(
        self,
        transactions: Transactions,
        dialect: Dialect,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._clock = clock
        self._dialect = dialect
        self._writer = Writer(transactions)

    def append(
        self, stream: str, expected: int, events: Sequence[NewEvent]
    ) -> list[Event]:
        """Keep events durably behind the expected last one of their stream.

        Raises:
            ConflictError: The stream has moved on.
            StoreError: They could not be written; nothing was kept.
        """
        return self._transact(
            lambda sql: append_rows(sql.execute, stream, expected, events, self._now())
        )

    def decide(self, want: Want, decide: Callable[[Known], Changes]) -> list[Event]:
        """Keep what a pure decision comes to, in the transaction that it was made in.

        Raises:
            StoreError: Nothing was kept.
        """
        return self.decide_soon(want, decide).result()

    def decide_soon(
        self, want: Want, decide: Callable[[Known], Changes]
    ) -> Future[list[Event]]:
        """Hand a decision in; the future ends when it is durable, or refused.

        Decisions that wait at the same time are made one after the other in one
        transaction: what they want to know is read at once, and so it is written.

        Raises:
            StoreError: The store is closed.
        """
        return self._writer.join((want, decide), self._decide_all)

    def read(self, stream: str, after: int = 0) -> list[Event]:
        """Return the events of a stream behind a sequence number, in order."""
        return [event_of(row) for row in self._rows(READ, (stream, after))]

    def page(self, stream: str, after: int, limit: int) -> list[Event]:
        """Return at most so many events of a stream behind a sequence number."""
        return [event_of(row) for row in self._rows(PAGE, (stream, after, limit))]

    def newest(self, stream: str, before: int, limit: int) -> list[Event]:
        """Return the last events before a sequence number, 0 for the end, in order."""
        rows = self._rows(NEWEST, (stream, before or ALL, limit))
        return [event_of(row) for row in reversed(rows)]

    def edits(self, stream: str, since: int) -> list[Event]:
        """Return what people changed in a timeline, from a sequence number on."""
        return [event_of(row) for row in self._rows(EDITS, (stream, since))]

    def since(self, position: int, limit: int = 1000) -> list[Event]:
        """Return events of all streams behind a position, in order."""
        return [event_of(row) for row in self._rows(SINCE, (position, limit))]

    def position(self) -> int:
        """Return the position of the last event; 0 when there is none."""
        return int(self._rows(POSITION, ())[0][0])

    def streams(self, kind: str) -> list[str]:
        """Return the streams whose name begins with ``kind/``, newest first."""
        return [row[0] for row in self._rows(STREAMS, (f"{kind}/%",))]

    def incident(self, number: int) -> IncidentRow | None:
        """Return one incident; None when there is none of that number."""
        rows = self._rows(_INCIDENT, (number,))
        return incident_of(rows[0]) if rows else None

    def incidents(self, *, open_only: bool, limit: int = 100) -> list[IncidentRow]:
        """Return incidents, the newest first."""
        statement = _INCIDENTS + (_OPEN if open_only else "") + _NEWEST
        return [incident_of(row) for row in self._rows(statement, (limit,))]

    def alerts(self, incident: int) -> list[AlertRow]:
        """Return the alerts of an incident, by source and fingerprint."""
        return [alert_of(row) for row in self._rows(_ALERTS, (incident,))]

    def some_alerts(self, incident: int, limit: int) -> list[AlertRow]:
        """Return some alerts of an incident; those that fire come first."""
        rows = self._rows(FIRING, (incident, limit))
        if len(rows) < limit:
            rows += self._rows(QUIET, (incident, limit - len(rows)))
        found = [alert_of(row) for row in rows]
        return sorted(found, key=lambda one: (one.status, one.source, one.fingerprint))

    def alert_page(self, incident: int, skip: int, limit: int) -> list[AlertRow]:
        """Return alerts of an incident behind so many, by source and fingerprint."""
        return [
            alert_of(row) for row in self._rows(ALERT_PAGE, (incident, limit, skip))
        ]

    def bodies(self, *, dead_only: bool, limit: int = 100) -> list[Body]:
        """Return what senders sent, the newest first."""
        statement = _BODIES + (_DEAD if dead_only else "") + _NEWEST
        return [body_of(row) for row in self._rows(statement, (limit,))]

    def forget_bodies(self, before: datetime, *, dead: bool, limit: int) -> int:
        """Delete some of the oldest bodies that came before a moment.

        Returns:
            How many; as many as ``limit`` when there may be more.

        Raises:
            StoreError: None was deleted.
        """
        statement = _FORGET_DEAD if dead else _FORGET_KEPT
        parameters = (limit, text_of(before))
        return self._transact(
            lambda sql: int(sql.execute(statement, parameters).rowcount), alone=False
        )

    def claim(
        self, owner: str, queues: Sequence[str], now: datetime, lease: timedelta
    ) -> Job | None:
        """Return the job that is due longest and has no forerunner; None if none.

        ``owner`` is ``<process>/<worker>``: a worker holds one job at a time, and
        takes none from another worker of its process.

        Raises:
            StoreError: None was claimed, or one whose answer was lost: its owner
                gets it with the next claim.
        """
        claim = Claim(owner, queues, now, lease)
        return self._transact(
            lambda sql: claim_job(sql, claim, self._dialect), alone=False
        )

    def finish(
        self, job: Job, events: Sequence[NewEvent] = (), jobs: Sequence[NewJob] = ()
    ) -> bool:
        """Mark a job done, with what it brought; False when the lease was lost."""
        return self._transact(
            lambda sql: finish_job(sql, job, Brought(events, jobs, self._now())),
            alone=bool(events or jobs),
        )

    def put_off(
        self,
        job: Job,
        until: datetime,
        error: str,
        events: Sequence[NewEvent] = (),
        jobs: Sequence[NewJob] = (),
    ) -> bool:
        """Try a job again later; False when the lease was lost."""
        return self._transact(
            lambda sql: put_off_job(
                sql, job, until, error, Brought(events, jobs, self._now())
            ),
            alone=bool(events or jobs),
        )

    def give_up(
        self,
        job: Job,
        error: str,
        events: Sequence[NewEvent] = (),
        jobs: Sequence[NewJob] = (),
    ) -> bool:
        """Keep a job as dead, with what makes that loud; False as above."""
        return self._transact(
            lambda sql: bury_job(sql, job, error, Brought(events, jobs, self._now()))
        )

    def revive(self, job: int) -> bool:
        """Try a dead job again; False when it is not dead."""
        return self._transact(lambda sql: revive_job(sql, job, self._now()))

    def waiting(self, limit: int = 100) -> list[Job]:
        """Return jobs that are still to be done, the next first."""
        return [job_of(row) for row in self._rows(WAITING, (limit,))]

    def dead(self, limit: int = 100) -> list[Job]:
        """Return jobs that were given up, the newest first."""
        return [job_of(row) for row in self._rows(DEAD, (limit,))]

    def job_counts(self) -> list[JobCount]:
        """Return how many jobs wait and how many are dead, by queue."""
        return [count_of(row) for row in self._rows(COUNTS, ())]

    def close(self) -> None:
        """Wait for what was handed in, and let go of files and connections."""
        self._writer.close()

    @abstractmethod
    def _rows(self, statement: str, parameters: Sequence[Any]) -> list[Any]:
        """Return what a statement that only reads finds.

        Raises:
            StoreError: It cannot be read.
        """

    def _decide_all(self, sql: Sql, decisions: Sequence[Decision]) -> list[list[Event]]:
        return decide_all(sql, self._dialect, decisions, self._now())

    def _transact(self, work: Callable[[Sql], T], *, alone: bool = True) -> T:
        """Run ``work`` in the writer's transaction; return when it is durable.

        Raises:
            ConflictError: ``work`` raised it, before it wrote anything.
            StoreError: It could not be written; nothing was kept.
        """
        return self._writer.submit(work, alone=alone).result()

    def _now(self) -> datetime:
        return self._clock().astimezone(UTC)

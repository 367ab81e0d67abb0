"""Jobs: kept with what causes them, and held by one worker at a time.

Jobs of one stream and queue are done in the order in which they were kept. Timers
wait for no other, and none for them.

A status is shown as it is when it is shown: asking for it again under the same key
while it is being shown, or after, has it shown once more.

Clocks step. What is in order waits for its forerunners and never for a clock on its
first attempt, and a moment that no worker can have chosen counts as past. So does
the one until which a job was put off by a clock that has stepped back since: then it
was claimed at a moment that is still to come.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from runbookkit.model.event import NewEvent
from runbookkit.model.job import Job, JobCount, NewJob
from runbookkit.store.dialect import Dialect
from runbookkit.store.rows import LAST, append_rows, text_of, to_json
from runbookkit.store.writer import Sql

_FARTHEST: Final = timedelta(minutes=5, seconds=1)
"""No job is put off longer; further away means that the clock has stepped back."""
_SKEW: Final = timedelta(seconds=5)
"""What the clocks of several machines may differ by."""
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_COLUMNS = (
    "id, key, kind, queue, stream, run_at, attempts, lease_until, owner, data, state,"
    " error, asked"
)
_ADD = (
    "INSERT INTO job (key, kind, queue, stream, run_at, timer, state, attempts,"
    " asked, lease_until, owner, error, data)"
    " VALUES (?, ?, ?, ?, ?, ?, 'pending', 0, 1, '', '', '', ?)"
    " ON CONFLICT (key) DO UPDATE SET asked = job.asked + 1,"
    " attempts = CASE job.state WHEN 'done' THEN 0 ELSE job.attempts END,"
    " lease_until = CASE job.state WHEN 'done' THEN '' ELSE job.lease_until END,"
    " state = CASE job.state WHEN 'done' THEN 'pending' ELSE job.state END"
    " WHERE job.kind = 'show status'"
)
_IS_DUE = (
    # its time matters to a job that was put off, and to a timer: not to one that was
    # never claimed, or whose worker is gone
    "(run_at <= ? OR owner <> '' OR (timer = 0 AND (lease_until = '' OR run_at > ?"
    " OR lease_until > ?)))"
    # one worker holds one job: what is kept under its name was claimed by a call
    # whose answer was lost
    " AND (owner = '' OR owner = ?"
    # the others of this process are alive, whatever the clock says of their leases
    " OR (substr(owner, 1, ?) <> ? AND (lease_until <= ? OR lease_until > ?)))"
)
_IS_FIRST = (
    "(timer = 1 OR NOT EXISTS (SELECT 1 FROM job AS older WHERE older.state = 'pending'"
    " AND older.timer = 0 AND older.stream = due.stream AND older.queue = due.queue"
    # a status is put off again and again: only another one waits for it
    " AND (older.kind <> 'show status' OR due.kind = 'show status')"
    " AND older.id < due.id))"
)
_SETTLE = (
    "UPDATE job SET owner = '', run_at = ?, error = ?, attempts = attempts - ?, state ="
    " CASE WHEN ? = 'done' AND asked > ? THEN 'pending' ELSE ? END WHERE id = ?"
    " AND owner = ? AND attempts = ? AND state = 'pending' RETURNING id"
)
_REVIVE = (
    "UPDATE job SET state = 'pending', attempts = 0, run_at = ?, lease_until = ''"
    " WHERE id = ? AND state = 'dead' RETURNING id"
)
WAITING = (
    f"SELECT {_COLUMNS} FROM job WHERE state = 'pending' ORDER BY run_at, id LIMIT ?"
)
DEAD = f"SELECT {_COLUMNS} FROM job WHERE state = 'dead' ORDER BY id DESC LIMIT ?"
COUNTS = (
    "SELECT queue, state, COUNT(*), MIN(run_at) FROM job"
    " WHERE state IN ('pending', 'dead') GROUP BY queue, state"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """Who wants a job, and when a lease ends."""

    owner: str
    """``<process>/<worker>``; no two workers have the same."""
    queues: Sequence[str]
    now: datetime
    lease: timedelta

    @property
    def process(self) -> str:
        """What the names of all workers of this process begin with."""
        return self.owner.rpartition("/")[0] + "/"


def add_jobs(sql: Sql, jobs: Iterable[NewJob]) -> None:
    """Keep jobs whose keys are not kept already."""
    sql.executemany(
        _ADD,
        [
            (
                job.key,
                job.kind,
                job.queue,
                job.stream,
                text_of(job.run_at),
                int(job.timer),
                to_json(job.data),
            )
            for job in jobs
        ],
    )


def claim_job(sql: Sql, claim: Claim, dialect: Dialect) -> Job | None:
    """Take the job that is due longest, if there is one."""
    if not claim.queues:
        return None
    queues = ", ".join("?" * len(claim.queues))
    found = sql.execute(
        "UPDATE job SET attempts = attempts + 1, lease_until = ?, owner = ?"
        " WHERE id = (SELECT id FROM job AS due WHERE state = 'pending'"
        f" AND queue IN ({queues}) AND {_IS_DUE} AND {_IS_FIRST}"
        f" ORDER BY run_at, id LIMIT 1 {dialect.locking}) RETURNING {_COLUMNS}",
        (
            text_of(claim.now + claim.lease),
            claim.owner,
            *claim.queues,
            text_of(claim.now),
            text_of(claim.now + _FARTHEST),
            text_of(claim.now + claim.lease + _SKEW),
            claim.owner,
            len(claim.process),
            claim.process,
            text_of(claim.now),
            text_of(claim.now + 2 * claim.lease),
        ),
    ).fetchall()
    return job_of(found[0]) if found else None


@dataclass(frozen=True, slots=True)
class Brought:
    """What is kept together with what becomes of a job."""

    events: Sequence[NewEvent]
    """Of the job's stream."""
    jobs: Sequence[NewJob]
    now: datetime


def finish_job(sql: Sql, job: Job, brought: Brought) -> bool:
    """Mark a job done, if it is still its owner's."""
    return _settled(sql, job, "done", job.run_at, "") and _kept(sql, job, brought)


def put_off_job(
    sql: Sql, job: Job, until: datetime, error: str, brought: Brought
) -> bool:
    """Let go of a job until later, if it is still its owner's.

    Without an error nothing was tried, and the attempt does not count.
    """
    free = 0 if error else 1
    settled = _settled(sql, job, "pending", until, error, free)
    return settled and _kept(sql, job, brought)


def bury_job(sql: Sql, job: Job, error: str, brought: Brought) -> bool:
    """Mark a job dead, if it is still its owner's."""
    return _settled(sql, job, "dead", job.run_at, error) and _kept(sql, job, brought)


def revive_job(sql: Sql, number: int, now: datetime) -> bool:
    """Let a dead job be tried again; False when it is not dead."""
    return bool(sql.execute(_REVIVE, (text_of(now), number)).fetchall())


def job_of(row: Sequence[Any]) -> Job:
    """Return the job that a row of the statements above is."""
    return Job(
        id=row[0],
        key=row[1],
        kind=row[2],
        queue=row[3],
        stream=row[4],
        run_at=datetime.fromisoformat(row[5]),
        attempts=row[6],
        lease_until=datetime.fromisoformat(row[7]) if row[7] else _NEVER,
        owner=row[8],
        data=json.loads(row[9]),
        state=row[10],
        error=row[11],
        asked=row[12],
    )


def count_of(row: Sequence[Any]) -> JobCount:
    """Return what a row of ``COUNTS`` says."""
    return JobCount(row[0], row[1], row[2], datetime.fromisoformat(row[3]))


def _settled(
    sql: Sql, job: Job, state: str, run_at: datetime, error: str, free: int = 0
) -> bool:
    parameters = (
        text_of(run_at),
        error,
        free,
        state,
        job.asked,
        state,
        job.id,
        job.owner,
        job.attempts,
    )
    return bool(sql.execute(_SETTLE, parameters).fetchall())


def _kept(sql: Sql, job: Job, brought: Brought) -> bool:
    if brought.events:
        last = sql.execute(LAST, (job.stream,)).fetchone()[0]
        append_rows(sql.execute, job.stream, last, brought.events, brought.now)
    if brought.jobs:
        add_jobs(sql, brought.jobs)
    return True

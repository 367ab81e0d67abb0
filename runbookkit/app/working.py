"""Workers: they do what the store keeps as still to be done."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from runbookkit.app.retrying import Again, Dead, Patience, after_failure, pause
from runbookkit.errors import NotifierError, RunbookkitError, StoreError
from runbookkit.model.event import NewEvent
from runbookkit.model.job import Job, NewJob
from runbookkit.plaintext import cut, one_line
from runbookkit.ports import Clock, IncidentStore

_LONGEST_ERROR: Final = 500
_SETTLING: Final = Patience(timedelta(milliseconds=50), timedelta(seconds=5))


@dataclass(frozen=True, slots=True)
class Done:
    """What a job brought."""

    events: Sequence[NewEvent] = ()
    """Of the job's stream."""
    jobs: Sequence[NewJob] = ()


@dataclass(frozen=True, slots=True)
class Later:
    """It is too early for a job."""

    until: datetime


Performer = Callable[[Job], Done | Later]
"""Does a job; whatever it raises of our errors has it tried again."""
Alarm = Callable[[Job, str, bool], Done]
"""What makes a failure loud; the last argument is whether the job is given up."""


@dataclass(frozen=True, slots=True)
class Station:
    """Which jobs a worker does, and for how long each is its own."""

    owner: str
    """``<process>/<worker>``; no two workers have the same, ever."""
    queues: Sequence[str]
    lease: timedelta = timedelta(seconds=60)
    """Longer than any job of these queues takes: each call it makes has a time-out."""


@dataclass(slots=True)
class Tally:
    """How attempts at jobs ended, by queue, kind and outcome.

    Safe to use from many threads. The outcomes are ``done``, ``again`` (it failed,
    and is tried again), ``dead`` (it failed, and was given up), ``later`` (it was too
    early), and ``lost`` (another worker had taken over).
    """

    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def expect(self, queue: str, kinds: Iterable[str]) -> None:
        """Count from 0 on: who sees a first 1 cannot tell that it is an increase."""
        with self._lock:
            for kind in kinds:
                for outcome in ("done", "again", "dead"):
                    self.counts[queue, kind, outcome] += 0

    def counted(self) -> dict[tuple[str, str, str], int]:
        """Return the counts of this moment."""
        with self._lock:
            return dict(self.counts)

    def add(self, job: Job, outcome: str) -> None:
        """Count one end of a job."""
        with self._lock:
            self.counts[job.queue, job.kind, outcome] += 1


class Worker:
    """Takes one job after the other, and sees that each comes to an end."""

    def __init__(  # noqa: PLR0913  what a worker needs from outside
        self,
        store: IncidentStore,
        performers: Mapping[str, Performer],
        station: Station,
        *,
        clock: Clock,
        alarm: Alarm,
        jitter: Callable[[], float],
        patience: Patience | None = None,
        tally: Tally | None = None,
    ) -> None:
        self._store = store
        self._performers = performers
        self._station = station
        self._clock = clock
        self._alarm = alarm
        self._jitter = jitter
        self._patience = patience or Patience()
        self._tally = tally or Tally()

    def once(self, stop: threading.Event | None = None) -> bool:
        """Do one job, if one is due; False when none is.

        Raises:
            StoreError: The store cannot be asked for one.
        """
        station = self._station
        job = self._store.claim(
            station.owner, station.queues, self._clock.now(), station.lease
        )
        if job is None:
            return False
        # what is kept of a job whose performer raises what it must not
        settle = self._failed(job, RunbookkitError("broke off; the log says where"))
        try:
            settle = self._performed(job)
        finally:
            self._settle(job, settle, stop or threading.Event())
        return True

    def _performed(self, job: Job) -> Callable[[], tuple[bool, str]]:
        """Do a job; return what keeps what became of it."""
        performer = self._performers.get(job.kind)
        try:
            if performer is None:
                raise NotifierError(
                    f"nobody here can do {job.kind!r}; is a newer version about?",
                    notifier=job.queue,
                    retryable=True,
                )
            outcome = performer(job)
        except RunbookkitError as error:
            return self._failed(job, error)
        if isinstance(outcome, Later):
            until = outcome.until
            return lambda: (self._store.put_off(job, until, ""), "later")
        brought = outcome
        return lambda: (self._store.finish(job, brought.events, brought.jobs), "done")

    def _failed(
        self, job: Job, error: RunbookkitError
    ) -> Callable[[], tuple[bool, str]]:
        text = cut(one_line(str(error)), _LONGEST_ERROR) or type(error).__name__
        next_step = after_failure(job.attempts, error, self._jitter(), self._patience)
        if isinstance(next_step, Dead):
            said = self._alarm(job, text, True)  # noqa: FBT003  a callable's own
            return lambda: (
                self._store.give_up(job, text, said.events, said.jobs),
                "dead",
            )
        return self._again(job, text, next_step)

    def _again(
        self, job: Job, text: str, again: Again
    ) -> Callable[[], tuple[bool, str]]:
        until = self._clock.now() + again.wait
        told = self._alarm(job, text, False) if again.loud else Done()  # noqa: FBT003
        return lambda: (
            self._store.put_off(job, until, text, told.events, told.jobs),
            "again",
        )

    def _settle(
        self,
        job: Job,
        settle: Callable[[], tuple[bool, str]],
        stop: threading.Event,
    ) -> None:
        """Keep what became of a job, however long the store is away.

        The effect has happened: until that is kept, nobody else may try it. Where
        this process ends first, the lease does, and the next one looks before it tries.
        """
        for attempts in range(1, 1_000_000):
            try:
                kept, outcome = settle()
            except StoreError:
                wait = pause(attempts, self._jitter(), _SETTLING)
                if stop.wait(wait.total_seconds()):
                    return
            else:
                self._tally.add(job, outcome if kept else "lost")
                return


class Crew:
    """Workers in threads, each at its station, until they are told to stop."""

    def __init__(
        self,
        worker_at: Callable[[Station], Worker],
        stations: Sequence[Station],
        *,
        idle: timedelta = timedelta(milliseconds=250),
        complain: Callable[[str], None],
    ) -> None:
        """Take workers on; they begin with :meth:`start`.

        Args:
            worker_at: Makes the worker of a station.
            stations: One thread each.
            idle: How long a worker that found nothing waits, unless it is nudged.
            complain: Told what keeps a worker from asking for jobs.
        """
        self._worker_at = worker_at
        self._stations = stations
        self._idle = idle.total_seconds()
        self._complain = complain
        self._stop = threading.Event()
        self._nudges = [threading.Event() for _ in stations]
        self._threads: dict[str, threading.Thread] = {}

    def start(self) -> None:
        """Let them begin."""
        for station, nudge in zip(self._stations, self._nudges, strict=True):
            self._begin(station, nudge)

    def nudge(self) -> None:
        """Say that there may be something to do."""
        for each in self._nudges:
            each.set()

    def close(self, seconds: float = 30.0) -> bool:
        """Let each finish what it is doing; False when one did not in time."""
        self._stop.set()
        self.nudge()
        threads = list(self._threads.values())
        for thread in threads:
            thread.join(seconds)
        return not any(thread.is_alive() for thread in threads)

    def _begin(self, station: Station, nudge: threading.Event) -> None:
        name = f"worker-{station.owner}"
        thread = threading.Thread(
            target=self._run, args=(station, nudge), name=name, daemon=True
        )
        self._threads[station.owner] = thread
        thread.start()

    def _run(self, station: Station, nudge: threading.Event) -> None:
        worker = self._worker_at(station)
        ended = False
        try:
            while not self._stop.is_set():
                if not self._found(worker):
                    nudge.wait(self._idle)
                    nudge.clear()
            ended = True
        finally:
            if not ended:
                # a job raised what it must not; the others of its queue go on
                self._stop.wait(1.0)
                self._begin(station, nudge)

    def _found(self, worker: Worker) -> bool:
        try:
            return worker.once(self._stop)
        except StoreError as error:
            self._complain(str(error))
            self._stop.wait(1.0)
            return False

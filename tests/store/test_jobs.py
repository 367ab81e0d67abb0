"""What holds for jobs, on every store."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from runbookkit.model.event import NewEvent
from runbookkit.model.incident import Changes, Want
from runbookkit.model.job import Job, JobCount, NewJob
from runbookkit.store.log import Log

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
Open = Callable[[], Log]
LEASE = timedelta(seconds=60)
SECOND = timedelta(seconds=1)


def job(queue: str, key: str = "", stream: str = "", **later: float) -> NewJob:
    run_at = NOON + timedelta(**later)
    key = key or str(uuid4())
    return NewJob(key, "post", queue, stream or queue, run_at, timer=bool(later))


def keep(store: Log, *jobs: NewJob) -> None:
    store.decide(Want(), lambda _: Changes(jobs=jobs))


def claimed(store: Log, queue: str, owner: str = "a/1", **later: float) -> Job:
    found = store.claim(owner, [queue], NOON + timedelta(**later), LEASE)
    assert found is not None
    return found


def test_a_job_is_kept_once_by_its_key(opened: Open) -> None:
    store, queue = opened(), str(uuid4())

    keep(store, job(queue, queue), job(queue, queue))

    store.finish(claimed(store, queue))
    assert store.claim("a/1", [queue], NOON, LEASE) is None


def test_jobs_of_one_stream_are_done_in_order_and_others_do_not_wait(
    opened: Open,
) -> None:
    store, queue = opened(), str(uuid4())
    keep(store, job(queue, f"{queue}1"), job(queue, f"{queue}2"))
    keep(store, job(queue, f"{queue}3", stream=f"{queue}/other"))

    first = claimed(store, queue, "a/1")
    other = claimed(store, queue, "a/2")
    nothing = store.claim("a/3", [queue], NOON, LEASE)
    store.finish(first)
    second = claimed(store, queue, "a/3")

    assert [first.key, other.key, second.key] == [f"{queue}{n}" for n in (1, 3, 2)]
    assert nothing is None


def test_a_job_that_is_put_off_holds_up_those_behind_it(opened: Open) -> None:
    store, queue = opened(), str(uuid4())
    keep(store, job(queue, f"{queue}1"), job(queue, f"{queue}2"))
    store.put_off(claimed(store, queue), NOON + 5 * SECOND, "busy")

    before = store.claim("a/1", [queue], NOON + 4 * SECOND, LEASE)
    after = claimed(store, queue, seconds=5)

    assert before is None
    assert (after.key, after.attempts, after.error) == (f"{queue}1", 2, "busy")


def test_only_another_status_waits_for_a_status(opened: Open) -> None:
    store, queue = opened(), str(uuid4())
    for number, kind in enumerate(("show status", "show status", "post")):
        keep(store, NewJob(f"{queue}{number}", kind, queue, queue, NOON))

    first = claimed(store, queue, "a/1")
    second = claimed(store, queue, "a/2")
    nothing = store.claim("a/3", [queue], NOON, LEASE)

    assert [first.key, second.key] == [f"{queue}0", f"{queue}2"]
    assert nothing is None


def test_an_attempt_at_which_nothing_was_tried_does_not_count(opened: Open) -> None:
    store, queue = opened(), str(uuid4())
    keep(store, job(queue))

    store.put_off(claimed(store, queue), NOON, "")

    assert claimed(store, queue).attempts == 1


def test_a_timer_waits_for_its_time_and_nobody_waits_for_it(opened: Open) -> None:
    store, queue = opened(), str(uuid4())
    keep(store, job(queue, f"{queue}1", minutes=5), job(queue, f"{queue}2"))

    now = claimed(store, queue, "a/1")
    later = claimed(store, queue, "a/2", minutes=5)

    assert [now.key, later.key] == [f"{queue}2", f"{queue}1"]


def test_what_is_no_timer_waits_for_no_clock(opened: Open) -> None:
    store, queue = opened(), str(uuid4())
    ahead = NOON + timedelta(days=1)
    planned = NewJob(queue, "page", queue, queue, ahead)

    keep(store, planned)

    assert claimed(store, queue).key == queue


def test_a_lease_that_ended_is_lost_to_whoever_claims_next(opened: Open) -> None:
    store, queue = opened(), str(uuid4())
    keep(store, job(queue))
    lost = claimed(store, queue, "a/1")

    again = claimed(store, queue, "b/1", seconds=61)

    assert again.attempts == 2
    assert not store.finish(lost, [NewEvent("effect done", NOON)])
    assert not store.put_off(lost, NOON, "")
    assert not store.give_up(lost, "")
    assert store.finish(again, [NewEvent("effect done", NOON)])
    assert len(store.read(queue)) == 1


def test_a_worker_takes_no_job_from_its_own_process_whatever_the_clock_says(
    opened: Open,
) -> None:
    store, queue = opened(), str(uuid4())
    keep(store, job(queue))
    held = claimed(store, queue, "a/1")

    assert store.claim("a/2", [queue], NOON + timedelta(days=1), LEASE) is None
    assert store.finish(held)


def test_a_claim_whose_answer_was_lost_comes_back_at_once(opened: Open) -> None:
    store, queue = opened(), str(uuid4())
    keep(store, job(queue))
    lost = claimed(store, queue, "a/1")

    again = claimed(store, queue, "a/1")

    assert (again.id, again.attempts) == (lost.id, 2)


@pytest.mark.parametrize("step", [-30, -1, 1, 30])
def test_a_clock_that_steps_by_hours_holds_nothing_up(opened: Open, step: int) -> None:
    store, queue = opened(), str(uuid4())
    keep(store, *(job(queue, stream=f"{queue}{n}") for n in range(3)))
    claimed(store, queue, "a/1")
    store.put_off(claimed(store, queue, "b/1"), NOON + 30 * SECOND, "busy")

    found = [
        store.claim(f"c/{n}", [queue], NOON + timedelta(hours=step), LEASE)
        for n in range(4)
    ]

    assert [each is not None for each in found] == [True, True, True, False]


@pytest.mark.parametrize("step", [-86_400, -3_600, -600, -121, 61, 600, 86_400])
def test_a_job_whose_worker_is_gone_waits_for_no_clock(opened: Open, step: int) -> None:
    store, queue = opened(), str(uuid4())
    keep(store, job(queue))
    claimed(store, queue, "a/1")

    again = claimed(store, queue, "b/1", seconds=step)

    assert again.attempts == 2


@pytest.mark.parametrize("step", [-7, -90, -250, -3_600])
def test_a_job_that_was_put_off_waits_for_no_clock_that_has_stepped_back(
    opened: Open, step: int
) -> None:
    store, queue = opened(), str(uuid4())
    keep(store, job(queue))
    first = claimed(store, queue)
    store.put_off(first, NOON + SECOND, "busy")

    again = claimed(store, queue, "b/1", seconds=step)

    assert (again.id, again.attempts) == (first.id, 2)


def test_a_machine_whose_clock_is_a_little_behind_tries_no_job_too_early(
    opened: Open,
) -> None:
    store, queue = opened(), str(uuid4())
    keep(store, job(queue))
    store.put_off(claimed(store, queue), NOON + SECOND, "busy")

    assert store.claim("b/1", [queue], NOON - 4 * SECOND, LEASE) is None


def test_a_dead_job_is_listed_with_its_reason_and_can_be_revived(opened: Open) -> None:
    store, queue = opened(), str(uuid4())
    keep(store, job(queue, queue))
    dead = claimed(store, queue)

    store.give_up(
        dead, "no such channel", [NewEvent("effect failed", NOON)], [job(queue)]
    )

    listed = next(each for each in store.dead(9999) if each.queue == queue)
    assert (listed.key, listed.error, listed.state) == (
        queue,
        "no such channel",
        "dead",
    )
    assert [event.kind for event in store.read(queue)] == ["effect failed"]
    assert {(each.state, each.count) for each in mine(store, queue)} == {
        ("pending", 1),
        ("dead", 1),
    }
    assert store.revive(dead.id)
    assert not store.revive(dead.id)
    assert claimed(store, queue).attempts == 1


def mine(store: Log, queue: str) -> list[JobCount]:
    return [each for each in store.job_counts() if each.queue == queue]


def test_what_a_job_brings_is_kept_with_its_end(opened: Open) -> None:
    store, queue = opened(), str(uuid4())
    keep(store, job(queue))
    store.append(queue, 0, [NewEvent("incident opened", NOON)])

    store.finish(
        claimed(store, queue), [NewEvent("page sent", NOON)], [job(queue, f"{queue}2")]
    )

    assert [event.sequence for event in store.read(queue)] == [1, 2]
    assert [each.key for each in store.waiting(9999) if each.queue == queue] == [
        f"{queue}2"
    ]


@pytest.mark.parametrize("when", ["before", "while", "after"])
def test_a_status_that_changes_around_its_showing_is_shown_once_more(
    opened: Open, when: str
) -> None:
    store, queue = opened(), str(uuid4())
    status = NewJob(queue, "show status", queue, queue, NOON)
    keep(store, status)
    if when == "before":
        keep(store, status)
    shown = claimed(store, queue)
    if when == "while":
        keep(store, status)
    assert store.finish(shown)
    if when == "after":
        keep(store, status)

    again = store.claim("a/1", [queue], NOON, LEASE)

    assert (again is not None) == (when != "before")
    assert again is None or store.finish(again)
    assert store.claim("a/1", [queue], NOON, LEASE) is None


def test_of_many_workers_at_once_each_job_goes_to_one(opened: Open) -> None:
    store, queue = opened(), str(uuid4())
    keep(store, *(job(queue, stream=f"{queue}{n % 7}") for n in range(60)))
    done: list[int] = []

    def work(store: Log, owner: str) -> None:
        idle = 0
        while idle < 20:
            found = store.claim(owner, [queue], NOON, LEASE)
            idle = 0 if found else idle + 1
            if found and store.finish(found):
                done.append(found.id)

    stores = [store, opened()] if "Postgres" in type(store).__name__ else [store] * 2
    threads = [
        threading.Thread(target=work, args=(stores[n % 2], f"{n % 2}/{n}"))
        for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Counter(done) == Counter(set(done))
    assert len(done) == 60


@dataclass
class Model:
    """What should be, when workers claim, end, forget and wait in any order."""

    store: Log
    queue: str
    now: float = 0
    kept: dict[str, tuple[str, bool]] = field(default_factory=dict)
    """Streams of the jobs that are not done, oldest first, and whether in order."""
    held: dict[str, tuple[Job, float]] = field(default_factory=dict)

    def add(self, worker: int, amount: int) -> None:
        key = str(uuid4())
        stream = f"{self.queue}/{worker % 2}"
        # a store keeps jobs by its own clock, which stands still here
        later = {} if amount else {"seconds": 500.0}
        keep(self.store, job(self.queue, key, stream, **later))
        self.kept[key] = (stream, bool(amount))

    def claim(self, worker: int, amount: int) -> None:
        owner = f"p{worker}/1" if amount % 2 else f"one/{worker}"
        if owner in self.held:
            return
        now = NOON + timedelta(seconds=self.now)
        found = self.store.claim(owner, [self.queue], now, LEASE)
        if found is None:
            return
        stream, ordered = self.kept[found.key]
        assert not ordered or not any(
            before == stream and in_order
            for key, (before, in_order) in self.older(found.key)
        )
        for other, (held, until) in list(self.held.items()):
            if held.id == found.id:
                assert until <= self.now
                assert not owner.startswith("one/") or not other.startswith("one/")
                del self.held[other]
                assert not self.store.finish(held)
        self.held[owner] = (found, self.now + LEASE.total_seconds())

    def older(self, key: str) -> list[tuple[str, tuple[str, bool]]]:
        kept = list(self.kept.items())
        return kept[: [each for each, _ in kept].index(key)]

    def end(self, worker: int, amount: int) -> None:
        for owner in (f"p{worker}/1", f"one/{worker}"):
            if owner in self.held:
                held, _ = self.held.pop(owner)
                if amount % 3:
                    assert self.store.finish(held)
                    del self.kept[held.key]
                else:
                    until = NOON + timedelta(seconds=self.now + amount)
                    assert self.store.put_off(held, until, "busy")

    def wait(self, worker: int, amount: int) -> None:
        self.now += worker * amount


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "claim", "claim", "end", "wait"]),
        st.integers(0, 3),
        st.integers(0, 60),
    ),
    max_size=40,
)


@pytest.fixture
def store(opened: Open) -> Log:
    return opened()


@given(steps=STEPS)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_job_is_held_twice_or_before_its_forerunners_whatever_happens(
    store: Log, steps: list[tuple[str, int, int]]
) -> None:
    model = Model(store, str(uuid4()))

    for name, worker, amount in steps:
        getattr(model, name)(worker, amount)

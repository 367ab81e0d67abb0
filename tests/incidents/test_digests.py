"""Many alerts in one incident are summed up, and never told one by one."""

from __future__ import annotations

from dataclasses import replace

from deliveries import POLICY, alert, deliver
from memory import Memory

FEW = replace(POLICY, digest_after=10)


def burst(store: Memory, count: int, *, names: int = 2, first: int = 0) -> None:
    """Let new alerts of one service fire, a hundred to a webhook."""
    every = [
        alert(f"Alert{number % names}", service="shop", pod=str(number))
        for number in range(first, first + count)
    ]
    for begin in range(0, count, 100):
        deliver(store, 0, *every[begin : begin + 100], policy=FEW)


def posted(store: Memory) -> list[str]:
    return [str(job.data["text"]) for job in store.jobs.values() if job.kind == "post"]


def test_few_alerts_have_no_digest() -> None:
    store = Memory()

    burst(store, 10)

    assert not posted(store)
    assert len(store.incidents) == 1


def test_a_digest_comes_after_so_many_alerts_and_at_ten_times_as_many() -> None:
    store = Memory()

    for first in range(0, 150, 5):
        burst(store, 5, first=first)

    assert posted(store) == [
        "15 alerts, 15 of them firing: Alert0 8, Alert1 7",
        "105 alerts, 105 of them firing: Alert0 53, Alert1 52",
    ]
    posts = [job for job in store.jobs.values() if job.kind == "post"]
    assert {job.data["thread"] for job in posts} == {"status"}


def test_a_digest_names_the_most_frequent_and_counts_the_others() -> None:
    store = Memory()

    burst(store, 2000, names=500)

    last = posted(store)[-1]
    assert last.startswith("1100 alerts, 1100 of them firing: Alert0 3, Alert1 3,")
    assert last.endswith("others 1085")
    assert len(store.incidents[1].data["alert_names"]) == 20


def test_alerts_that_fire_again_are_no_new_ones() -> None:
    store = Memory()
    for _ in range(3):
        for end in (None, 1):
            pods = [alert(end=end, service="shop", pod=str(each)) for each in range(8)]
            deliver(store, 0, *pods, policy=FEW)

    assert not posted(store)


def test_digests_can_be_turned_off() -> None:
    store = Memory()
    every = [alert(service="shop", pod=str(number)) for number in range(300)]

    deliver(store, 0, *every, policy=replace(POLICY, digest_after=0))

    assert not posted(store)

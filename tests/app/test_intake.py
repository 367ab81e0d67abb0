"""What waits is kept together, and what cannot be kept harms nobody else."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from runbookkit.app.intake import Intake, Settled
from runbookkit.errors import RunbookkitError, StoreError


class Desk:
    """Keeps texts but those that it cannot, and holds what it reports."""

    def __init__(self, refusal: type[Exception]) -> None:
        self.kept: list[str] = []
        self.told: dict[str, RunbookkitError | None] = {}
        self.go_on = threading.Event()
        self._refusal = refusal

    def keep(self, items: Sequence[str]) -> None:
        assert self.go_on.wait(60)
        if "bad" in items:
            raise self._refusal("bad")
        self.kept += items

    def report(self, results: list[Settled]) -> None:
        self.told |= {each.ticket: each.error for each in results}


@pytest.mark.parametrize("refusal", [StoreError, ZeroDivisionError])
def test_one_that_cannot_be_kept_fails_alone_and_the_rest_goes_on(
    refusal: type[Exception],
) -> None:
    desk = Desk(refusal)
    intake = Intake(desk.keep, desk.report, capacity=10, threads=1)

    for text in ("first", "good", "bad", "better", "last"):
        assert intake.offer(text, text)
    desk.go_on.set()
    intake.close()

    assert desk.kept == ["first", "good", "better", "last"]
    assert isinstance(desk.told.pop("bad"), StoreError)
    assert desk.told == dict.fromkeys(["first", "good", "better", "last"])


def test_a_queue_that_is_full_takes_nothing_more() -> None:
    desk = Desk(StoreError)
    intake = Intake(desk.keep, desk.report, capacity=3, threads=1)

    taken = [intake.offer(number, str(number)) for number in range(10)]
    desk.go_on.set()
    intake.close()

    assert 3 <= taken.count(True) <= 4
    assert len(desk.kept) == taken.count(True)

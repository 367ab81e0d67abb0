"""A model's word counts at the gate for as long as it is known what it is worth."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from runbookkit.audit.calibrated import LASTS, Present, stale
from runbookkit.audit.together import fails
from runbookkit.model.audit import Gap
from runbookkit.model.calibration import CalibrationRecord, ClosedBook, Share

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NONE = Share(0, 0, 0.0, 1.0)
RECORD = CalibrationRecord(
    "m (high)", "anthropic 2.11.0", "prompt", "suite", NOW - timedelta(days=3), 0, (),
    {}, {}, {}, NONE, NONE, NONE, ClosedBook(0, 0),
)  # fmt: skip
PRESENT = Present("m (high)", "anthropic 2.11.0", "prompt", "suite", NOW)
ALONE = Gap("assumed-knowledge", "a.md", 3, "words", "more", "confirmed")


def test_a_fresh_record_of_the_same_holds() -> None:
    assert list(stale(RECORD, PRESENT)) == []


@pytest.mark.parametrize(
    ("present", "said"),
    [
        (replace(PRESENT, player="m (low)"), "it is of m (high), and m (low) plays"),
        (replace(PRESENT, player="n (high)"), "it is of m (high), and n (high) plays"),
        (replace(PRESENT, client="anthropic 2.12.0"), "anthropic 2.11.0, now"),
        (replace(PRESENT, prompt="other"), "the prompt or the tools have changed"),
        (replace(PRESENT, suite="other"), "the runbooks or the defects"),
        (replace(PRESENT, at=RECORD.made_at + LASTS), "30 days old, and 30 is the"),
        (replace(PRESENT, at=NOW - timedelta(days=4)), "which is yet to come"),
    ],
)
def test_every_reason_for_which_it_no_longer_holds_is_named(
    present: Present, said: str
) -> None:
    (reason,) = stale(RECORD, present)

    assert said in reason


def test_a_suite_that_cannot_be_told_is_no_reason() -> None:
    assert list(stale(RECORD, replace(PRESENT, suite=""))) == []


def test_it_holds_until_the_last_moment() -> None:
    last = RECORD.made_at + LASTS - timedelta(seconds=1)

    assert list(stale(RECORD, replace(PRESENT, at=last))) == []


def test_what_a_model_alone_confirms_fails_nothing_without_a_calibration() -> None:
    by_rule, proven = replace(ALONE, code="RB803"), replace(ALONE, status="proven")

    told = [
        fails(gap, "confirmed", advisory=advisory)
        for gap in (ALONE, by_rule, proven)
        for advisory in (False, True)
    ]

    assert told == [True, False, True, True, True, True]

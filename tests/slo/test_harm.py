from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st

from runbookkit.slo.harm import Harm, harm_around

NOON = datetime(2026, 11, 17, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def around(ratios: list[float], seen: int, *, window: int = 0) -> Harm | None:
    """Return the harm in ratios that are a minute apart; the budget is 0.01."""
    points = [
        ((NOON + at * MINUTE).timestamp(), each) for at, each in enumerate(ratios)
    ]
    return harm_around(points, 0.01, NOON + seen * MINUTE, window=window * MINUTE)


def test_harm_is_where_more_is_bad_than_allowed() -> None:
    harm = around([0, 0, 0.2, 0.2, 0.2] + [0] * 10, 3)

    assert harm == Harm(NOON + 2 * MINUTE, NOON + 4 * MINUTE)


def test_the_end_is_not_what_still_looks_back_on_it() -> None:
    harm = around([0, 0.2, 0.2, 0.2, 0.2, 0.2] + [0] * 10, 3, window=2)

    assert harm == Harm(NOON + MINUTE, NOON + 3 * MINUTE)


def test_a_short_pause_belongs_to_the_harm() -> None:
    harm = around([0.2, 0, 0, 0.2] + [0] * 10, 1)

    assert harm == Harm(NOON, NOON + 3 * MINUTE)


def test_what_was_not_measured_ends_no_harm() -> None:
    harm = around([0.2] + [math.nan] * 20 + [0.2] + [0] * 10, 1)

    assert harm == Harm(NOON, NOON + 21 * MINUTE)


def test_the_alert_belongs_to_the_harm_before_it() -> None:
    harm = around([0.2] + [0] * 10 + [0.2] + [0] * 10 + [0.2] + [0] * 9, 14)

    assert harm == Harm(NOON + 11 * MINUTE, NOON + 11 * MINUTE)


def test_harm_that_goes_on_has_no_end() -> None:
    harm = around([0, 0.2, 0.2], 2)

    assert harm == Harm(NOON + MINUTE, None)


def test_where_nothing_was_bad_there_is_no_harm() -> None:
    assert around([0, 0.01, math.nan], 1) is None


@given(st.lists(st.floats(0, 1) | st.just(math.nan), max_size=40), st.integers(0, 40))
def test_harm_never_ends_before_it_began(ratios: list[float], seen: int) -> None:
    harm = around(ratios, seen, window=2)

    assert harm is None or harm.end is None or harm.start <= harm.end

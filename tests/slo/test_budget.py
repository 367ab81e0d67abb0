from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st

from runbookkit.model.impact import Gap
from runbookkit.slo.budget import burn_rate, gone_in, spent_in
from runbookkit.slo.gaps import covered, gaps_of, slot_of
from runbookkit.slo.windows import WINDOWS

MONTH = timedelta(days=30)
AT = datetime(2026, 11, 1, 12, tzinfo=UTC)


def test_the_rates_are_those_of_the_workbook() -> None:
    rates = [each.rate(MONTH) for each in WINDOWS]

    assert rates == [14.4, 6.0, 3.0, 1.0]


def test_another_window_spends_the_same_share() -> None:
    rates = [each.rate(timedelta(days=28)) for each in WINDOWS]

    assert rates == [13.44, 5.6, 2.8, 0.933333]


@given(
    ratio=st.floats(1e-6, 1),
    budget=st.floats(1e-5, 0.5),
    hours=st.integers(1, 24 * 60),
)
def test_burning_until_it_is_gone_spends_what_is_left(
    ratio: float, budget: float, hours: int
) -> None:
    window = timedelta(hours=hours)
    burn = burn_rate(ratio, budget)

    gone = gone_in(0.4, burn, window)

    assert gone is None or abs(spent_in(burn, gone, window) - 0.4) < 1e-3


def test_a_budget_that_is_spent_is_gone_now() -> None:
    assert gone_in(0.0, 0.0, MONTH) == timedelta()


def test_a_budget_that_nobody_spends_lasts() -> None:
    assert gone_in(0.5, 0.0, MONTH) is None


@given(st.sets(st.integers(0, 200)), st.integers(10, 3000), st.integers(0, 7200))
def test_what_was_measured_and_the_gaps_are_all_there_is(
    measured: set[int], minutes: int, later: int
) -> None:
    end = AT + timedelta(seconds=later)
    start = end - timedelta(minutes=minutes)
    slot = slot_of(start, end)
    first = (start.timestamp() // slot.total_seconds() + 1) * slot.total_seconds()
    ends = [datetime.fromtimestamp(first, UTC) + n * slot for n in range(200)]
    ends = [each for each in ends if each <= end]
    kept = [each for number, each in enumerate(ends) if number in measured]

    gaps = gaps_of([(each.timestamp(), 1) for each in kept], start, end, slot)

    inside = [each for each in ends if any(g.start < each <= g.end for g in gaps)]
    assert sorted([*kept, *inside]) == ends


def test_a_slot_without_samples_is_a_gap() -> None:
    slot = timedelta(minutes=2)
    ends = [AT - each * slot for each in range(5)]
    points = [(each.timestamp(), 4.0) for each in ends if each != ends[2]]

    gaps = gaps_of(points, AT - 5 * slot, AT, slot)

    assert gaps == (Gap(ends[3], ends[2]),)
    assert covered(gaps, AT - 5 * slot, AT) == 0.8

from __future__ import annotations

import pytest

from runbookkit.queries.durations import is_duration, prometheus_milliseconds
from runbookkit.queries.versions import at_least


@pytest.mark.parametrize(
    ("text", "length"),
    [("5m", 300_000), ("1h30m", 5_400_000), ("1y2w3d", 33_004_800_000), ("15ms", 15)],
)
def test_prometheus_counts_whole_units_from_large_to_small(
    text: str, length: int
) -> None:
    assert prometheus_milliseconds(text) == length


@pytest.mark.parametrize("text", ["", "5", "1.5h", "30m1h", "-5m", "5 m", "5M", "300y"])
def test_prometheus_takes_nothing_else(text: str) -> None:
    assert prometheus_milliseconds(text) is None


@pytest.mark.parametrize("text", ["1.5h", "30m1h", ".5s", "5µs", "1d12h"])
def test_either_way_of_writing_is_a_duration(text: str) -> None:
    assert is_duration(text)


@pytest.mark.parametrize("text", ["1.5d", "1h1d", "5x", "m"])
def test_a_mixture_of_both_is_none(text: str) -> None:
    assert not is_duration(text)


@pytest.mark.parametrize(
    ("version", "is_new"),
    [("", True), ("main", True), ("v3.7.6", True), ("3", False), ("2.55.1", False)],
)
def test_an_unknown_version_is_the_newest(version: str, *, is_new: bool) -> None:
    assert at_least(version, 3, 5) is is_new

"""The maps and histograms of a bpftrace answer, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from runbookkit.execute.judge import shown

_ROWS = 10
_HISTOGRAMS = 3
_WIDTH = 90
_BAR = 30


def map_lines(names: Mapping[str, Any]) -> Iterator[str]:
    """Yield the largest keys of each map, and the bars of each histogram.

    >>> list(map_lines({"maps": {"@n": 7, "@by": {"sh": 1, "cat": 1200}}}))
    ['  @n: 7', '  @by[cat]: 1,200', '  @by[sh]: 1']
    """
    for name, value in (names.get("maps") or {}).items():
        if not _has_keys(value):
            yield f"  {name}: {_shown(value)}"
            continue
        rows = sorted(value.items(), key=lambda row: _size(row[1]), reverse=True)
        for key, each in rows[:_ROWS]:
            yield f"  {name}[{_key(key)}]: {_shown(each)}"
        yield from _more(name, len(rows) - _ROWS, "keys")
    for name, value in (names.get("hist") or {}).items():
        histograms = value if isinstance(value, Mapping) else {"": value}
        for key, buckets in list(histograms.items())[:_HISTOGRAMS]:
            yield f"  {name}[{_key(key)}]:" if key else f"  {name}:"
            yield from _bars(buckets)
        yield from _more(name, len(histograms) - _HISTOGRAMS, "histograms")


def _has_keys(value: Any) -> bool:
    # what stats() fills is one value with three parts
    return isinstance(value, Mapping) and not {"count", "total"} <= {*value}


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {shown(each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(_shown(each) for each in value)
    return shown(value)


def _size(value: Any) -> float:
    if isinstance(value, Mapping):
        value = value.get("total", 0)
    return value if isinstance(value, int | float) else 0


def _key(key: str) -> str:
    """Return a key in one line; a stack by its innermost frames."""
    line = " ← ".join(part.strip() for part in key.split("\n") if part.strip())
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…"


def _more(name: str, count: int, of_what: str) -> Iterator[str]:
    if count > 0:
        yield f"  {name}: … and {count} more {of_what}"


def _bars(buckets: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    most = max((bucket["count"] for bucket in buckets), default=0) or 1
    labels = [_label(bucket) for bucket in buckets]
    width = max(map(len, labels), default=0)
    for label, bucket in zip(labels, buckets, strict=True):
        bar = "#" * round(bucket["count"] / most * _BAR)
        yield f"    {label:>{width}} {shown(bucket['count']):>9} {bar}".rstrip()


def _label(bucket: Mapping[str, Any]) -> str:
    low, high = bucket.get("min"), bucket.get("max")
    if low is None:
        return f"to {shown(high)}"
    if high is None:
        return f"from {shown(low)}"
    return shown(low) if low == high else f"{shown(low)} to {shown(high)}"

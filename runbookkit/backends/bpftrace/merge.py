"""Values of one map taken together: of several hosts, or of keys that read the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

_OPEN: Final = float("inf")


def merged(
    maps: Sequence[Mapping[str, Any]], folds: Mapping[str, str]
) -> dict[str, Any]:
    """Return the maps of several hosts as one host would have filled them.

    >>> merged([{"@": {"sh": 1}}, {"@": {"sh": 2, "cat": 4}}], {"@": "sum"})
    {'@': {'sh': 3, 'cat': 4}}
    """
    names = dict.fromkeys(name for each in maps for name in each)
    found: dict[str, Any] = {}
    for name in names:
        fold = folds.get(name, "")
        values = [each[name] for each in maps if name in each]
        keyed = [value for value in values if has_keys(value)]
        if len(keyed) < len(values):
            found[name] = together(values, fold)
            continue
        keys = dict.fromkeys(key for value in keyed for key in value)
        found[name] = {
            key: together([value[key] for value in keyed if key in value], fold)
            for key in keys
        }
    return found


def has_keys(value: Any) -> bool:
    """Tell whether the value of a map is a table of its keys."""
    return isinstance(value, Mapping) and not _is_stats(value)


def together(values: Sequence[Any], fold: str) -> Any:
    """Return several values as one; as a list where nothing says how they add up.

    >>> together([3, 4], "sum"), together([3, 4], "max"), together([3, 4], "")
    (7, 4, [3, 4])
    """
    if len(values) == 1:
        return values[0]
    numbers = _FOLDS.get(fold)
    if numbers is not None and all(map(_is_number, values)):
        return numbers(values)
    if fold == "hist" and all(map(_is_histogram, values)):
        return _histogram(values)
    if fold == "stats" and all(map(_is_stats, values)):
        return _stats(values)
    alike = all(value == values[0] for value in values)
    return values[0] if alike else list(values)


_FOLDS: Final[Mapping[str, Callable[[Iterable[Any]], Any]]] = {
    "sum": sum,
    "min": min,
    "max": max,
}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_stats(value: Any) -> bool:
    return isinstance(value, Mapping) and {"count", "average", "total"} <= {*value}


def _is_histogram(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, Mapping) and "count" in each for each in value
    )


def _stats(values: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    count = sum(each["count"] for each in values)
    total = sum(each["total"] for each in values)
    # as bpftrace divides: towards zero
    average = int(abs(total) // count * (1 if total >= 0 else -1)) if count else 0
    found = {"count": count, "average": average, "total": total}
    for name, fold in (("min", min), ("max", max)):
        known = [each[name] for each in values if name in each]
        if known:
            found[name] = fold(known)
    return found


def _histogram(values: Sequence[list[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    counts: dict[tuple[float, float], int] = {}
    for buckets in values:
        for bucket in buckets:
            place = (bucket.get("min", -_OPEN), bucket.get("max", _OPEN))
            counts[place] = counts.get(place, 0) + bucket["count"]
    return [_bucket(*place, counts[place]) for place in sorted(counts)]


def _bucket(low: float, high: float, count: int) -> dict[str, Any]:
    found: dict[str, Any] = {"min": low, "max": high, "count": count}
    return {key: value for key, value in found.items() if abs(value) != _OPEN}

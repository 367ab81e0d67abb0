"""Numbers with units as prose writes them, so that texts can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runbookkit.model.facts import Dimension, Quantity
from runbookkit.model.span import Located

_TIME = {
    "ms": 0.001, "millisecond": 0.001, "milliseconds": 0.001,
    "s": 1.0, "sec": 1.0, "secs": 1.0, "second": 1.0, "seconds": 1.0,
    "m": 60.0, "min": 60.0, "mins": 60.0, "minute": 60.0, "minutes": 60.0,
    "h": 3600.0, "hour": 3600.0, "hours": 3600.0,
    "d": 86_400.0, "day": 86_400.0, "days": 86_400.0,
    "w": 604_800.0, "week": 604_800.0, "weeks": 604_800.0,
}  # fmt: skip
_BYTES = {
    "b": 1.0, "byte": 1.0, "bytes": 1.0,
    "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12,
    "kib": 1024.0, "mib": 1024.0**2, "gib": 1024.0**3, "tib": 1024.0**4,
}  # fmt: skip
_RATIO = {"%": 0.01, "percent": 0.01, "per cent": 0.01}
_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30,
}  # fmt: skip
_REACH = 24  # characters: "for at least the last"
_UNITS = sorted((*_TIME, *_BYTES, *_RATIO, "times"), key=len, reverse=True)
_QUANTITY = re.compile(
    r"(?<![\w.,:/#-])(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?(?:e[+-]?\d+)?|"
    + "|".join(_WORDS)
    + r")(?P<space>[ \n\u00a0-]?)(?P<unit>(?:"
    + "|".join(re.escape(unit) for unit in _UNITS)
    + r"))?(?![\w])(?:/s\b)?",
    re.IGNORECASE,
)


def quantities(prose: Located, *, start: int = 0) -> Iterator[Quantity]:
    """Yield the quantities of a text, in order.

    Times are in seconds, sizes in bytes, percentages ratios; a number without
    a unit has the dimension ``number``. Spelled-out numbers count only with a
    unit.
    """
    for match in _QUANTITY.finditer(prose.text, start):
        written = match["unit"] or ""
        unit = written.lower()
        words = match["number"].lower()
        if not unit and (words in _WORDS or match["space"] == "-"):
            continue
        if len(unit) == 1 and written.isupper() and unit != "b":
            continue  # "2M requests" are not two minutes
        number = float(_WORDS.get(words, 0) or words.replace(",", ""))
        dimension, factor = _measure(unit)
        yield Quantity(
            " ".join(match[0].split()),
            number * factor,
            dimension,
            prose.span_of(*match.span()),
            _before(prose.text, match.start()),
        )


def _measure(unit: str) -> tuple[Dimension, float]:
    if unit in _TIME:
        return "time", _TIME[unit]
    if unit in _BYTES:
        return "bytes", _BYTES[unit]
    if unit in _RATIO:
        return "ratio", _RATIO[unit]
    return "number", 1.0


def _before(text: str, start: int) -> str:
    near = text[max(0, start - _REACH) : start]
    return " ".join(near.split(".")[-1].lower().split())

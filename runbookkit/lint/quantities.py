"""Numbers with units as prose writes them, so that texts can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runbookkit.model.facts import Quantity
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
_UNITS = sorted((*_TIME, *_BYTES, *_RATIO), key=len, reverse=True)
_QUANTITY = re.compile(
    r"(?<![\w.,:/#-])(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?(?:e[+-]?\d+)?|"
    + "|".join(_WORDS)
    + r")(?P<space>[ \u00a0-]?)(?P<unit>(?:"
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
        unit = (match["unit"] or "").lower()
        words = match["number"].lower()
        if not unit and (words in _WORDS or match["space"] == "-"):
            continue
        number = float(_WORDS.get(words, 0) or words.replace(",", ""))
        span = prose.span_of(*match.span())
        if unit in _TIME:
            yield Quantity(match[0], number * _TIME[unit], "time", span)
        elif unit in _BYTES:
            yield Quantity(match[0], number * _BYTES[unit], "bytes", span)
        elif unit in _RATIO:
            yield Quantity(match[0], number * _RATIO[unit], "ratio", span)
        else:
            yield Quantity(match[0], number, "number", span)

"""Durations as people write them: ``30s``, ``10m``, ``1h30m``."""

from __future__ import annotations

import re
from datetime import timedelta

_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)")
_WHOLE = re.compile(rf"(?:{_PART.pattern}\s*)+")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def parse_duration(text: str) -> timedelta | None:
    """Return the duration, or none when the text is not one.

    >>> parse_duration("1h30m")
    datetime.timedelta(seconds=5400)
    """
    if not _WHOLE.fullmatch(text.strip()):
        return None
    parts = _PART.findall(text)
    try:
        return timedelta(seconds=sum(float(n) * _SECONDS[unit] for n, unit in parts))
    except OverflowError:
        return None

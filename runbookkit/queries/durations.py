"""Lengths of time as Go and Prometheus write them."""

from __future__ import annotations

import re
from typing import Final

_GO: Final = re.compile(r"(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|[smh]))+")
_PROMETHEUS: Final = re.compile(
    r"(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?"
)
_MILLISECONDS: Final = (
    365 * 86_400_000,
    7 * 86_400_000,
    86_400_000,
    3_600_000,
    60_000,
    1_000,
    1,
)
_LONGEST_MILLISECONDS: Final = (2**63 - 1) // 1_000_000  # Go counts nanoseconds


def is_go_duration(text: str) -> bool:
    """Return whether Go's own parser takes the text: ``1.5h``, ``30m1h``."""
    return _GO.fullmatch(text) is not None


def prometheus_milliseconds(text: str) -> int | None:
    """Return the length of ``1d12h``: whole numbers, larger units first.

    >>> prometheus_milliseconds("1m30s"), prometheus_milliseconds("1.5h")
    (90000, None)
    """
    found = _PROMETHEUS.fullmatch(text)
    if found is None or not text:
        return None
    length = sum(
        int(number) * size
        for number, size in zip(found.groups(), _MILLISECONDS, strict=True)
        if number
    )
    return length if length <= _LONGEST_MILLISECONDS else None


def is_duration(text: str) -> bool:
    """Return whether either parser takes the text."""
    return is_go_duration(text) or prometheus_milliseconds(text) is not None

"""What is sent to Prometheus besides the query."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from runbookkit.moments import Steps

API: Final = "/api/v1/"
_HEAD_START: Final = 500


def allowed(timeout: timedelta) -> str:
    """Return the server's time-out: a little less than ours, to hear why it stopped.

    Whole milliseconds, because Prometheus refuses ``0.5s``.

    >>> allowed(timedelta(seconds=30)), allowed(timedelta(seconds=0.5))
    ('29500ms', '250ms')
    """
    millis = timeout // timedelta(milliseconds=1)
    return f"{max(millis - _HEAD_START, millis // 2, 1)}ms"


def range_form(steps: Steps) -> dict[str, str]:
    """Return start, end and step of a range query."""
    return {
        "start": f"{steps.start:.3f}",
        "end": f"{steps.end:.3f}",
        "step": f"{steps.every:.3f}",
    }

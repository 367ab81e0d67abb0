"""What is recorded of the incident, moved to where the clock of the demo stands."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

import yaml
from pydantic import TypeAdapter

from runbookkit.model.base import Data

PACKAGE: Final = "runbookkit.app.demo"
FILES: Final = ("slos/checkout.yaml", "runbooks/checkout-fails.md")
_SLOT: Final = 600


@dataclass(frozen=True, slots=True)
class Recorded(Data):
    """An answer to every query that holds some words."""

    words: tuple[str, ...]
    """All of them are in the query."""
    value: float | None = None
    course: str = ""
    """Name of a course, which is sampled as the query's window says."""
    names: Mapping[str, Any] = field(default_factory=dict)
    """The answer as expectations see it, for logs, traces and commands."""


@dataclass(frozen=True, slots=True)
class Story(Data):
    """A recorded incident; all times are seconds after it began."""

    webhooks: Mapping[str, Any]
    """Bodies by name; ``@180`` in them becomes a time."""
    courses: Mapping[str, tuple[tuple[float, float], ...]]
    """Seconds and values; in between they are joined by a line."""
    answers: tuple[Recorded, ...]
    exemplars: tuple[Mapping[str, Any], ...] = ()


def read_story() -> Story:
    """Return the story that comes with the package."""
    return TypeAdapter(Story).validate_python(yaml.safe_load(_data("story.yaml")))


def handbook_files() -> dict[str, str]:
    """Return the texts of the story's handbook by their paths."""
    return {name: _data(f"handbook/{name}") for name in FILES}


def begin_before(now: datetime) -> datetime:
    """Return when the story begins, so that it is over by now.

    On a whole slot, so that queries over time give the same points each time.
    """
    begin = now - timedelta(hours=1)
    return datetime.fromtimestamp(begin.timestamp() // _SLOT * _SLOT, UTC)


def moved(value: Any, begin: datetime) -> Any:
    """Return recorded data with its times where the story's now are.

    >>> moved({"startsAt": "@90"}, datetime(2026, 1, 1, tzinfo=UTC))
    {'startsAt': '2026-01-01T00:01:30Z'}
    """
    if isinstance(value, str) and value.startswith("@"):
        at = begin + timedelta(seconds=float(value[1:]))
        return f"{at:%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, Mapping):
        return {key: moved(each, begin) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [moved(each, begin) for each in value]
    return value


def at_course(course: Sequence[tuple[float, float]], second: float) -> float:
    """Return the value of a course at a moment.

    >>> at_course([(0, 0.0), (10, 1.0)], 5), at_course([(0, 0.0), (10, 1.0)], 99)
    (0.5, 1.0)
    """
    if second <= course[0][0]:
        return course[0][1]
    for (begin, low), (end, high) in pairwise(course):
        if begin <= second <= end:
            part = (second - begin) / (end - begin) if end > begin else 1.0
            return low + (high - low) * part
    return course[-1][1]


def _data(name: str) -> str:
    data = pkgutil.get_data(PACKAGE, f"data/{name}")
    return (data or b"").decode()

"""What a front end knows besides the run itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from runbookkit.model.answer import Ask
from runbookkit.model.event import Event
from runbookkit.model.runstate import RunState

Work = Callable[[], list[RunState]]
"""Runs of one call, to their end; returns how each was left."""


def _nowhere(_: Ask) -> str:
    return ""


def _nothing(_: str) -> Sequence[Event]:
    return ()


@dataclass(frozen=True, slots=True)
class Around:
    """What a front end knows besides the run itself."""

    name: str
    """Who decides, as events record it."""
    kept: str = ""
    """Where events and evidence are kept, in words."""
    link: Callable[[Ask], str] = _nowhere
    """A query to its page in Grafana; empty where there is none."""
    read: Callable[[str], Sequence[Event]] = _nothing
    """A run's id to all its events so far."""
    display: bool = False
    """Whether a browser can be opened here."""

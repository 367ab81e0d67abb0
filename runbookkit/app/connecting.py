"""Connect the servers that a question about now goes to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from runbookkit.app.running import backends_of, state_folder
from runbookkit.app.sources import Servers
from runbookkit.errors import UsageError
from runbookkit.markdown.durations import parse_duration
from runbookkit.ports import Clock
from runbookkit.settings import Loaded

_LONGEST: Final = timedelta(days=7)


def servers_of(loaded: Loaded, variables: Mapping[str, str], clock: Clock) -> Servers:
    """Return the configured servers; none is asked yet.

    Raises:
        ConfigError: A backend is unknown or its table does not fit.
    """
    state = state_folder(loaded, variables)
    backends = backends_of(loaded, variables, clock, state)
    return Servers(backends, loaded.configuration.grafana, clock.now())


def window_named(text: str) -> timedelta:
    """Return the duration that a person writes.

    Raises:
        UsageError: It is none, or longer than servers look back.

    >>> window_named("1h30m")
    datetime.timedelta(seconds=5400)
    """
    window = parse_duration(text)
    if window is None or not timedelta(seconds=1) <= window <= _LONGEST:
        raise UsageError(f"{text!r} is no window from 1s to 7d, such as 15m or 2h")
    return window

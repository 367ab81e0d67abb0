"""What Loki knows besides lines: labels, patterns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote

from runbookkit.backends.loki.answers import SERVER, body_of
from runbookkit.exchange import Remote
from runbookkit.model.answer import Window
from runbookkit.model.observed import LogPattern, ServerFacts
from runbookkit.moments import nanoseconds, steps

API: Final = "/loki/api/v1/"


class Knowledge:
    """Asks a Loki for what it knows besides lines.

    Every method raises a :class:`runbookkit.errors.BackendError` where it fails.
    """

    def __init__(self, remote: Remote) -> None:
        self._remote = remote

    def labels(self, window: Window, timeout: timedelta) -> tuple[str, ...]:
        """Return the names of the labels that streams of a window have."""
        return self._texts("labels", times_of(window), timeout)

    def values(self, label: str, window: Window, timeout: timedelta) -> tuple[str, ...]:
        """Return the values of a label in a window."""
        path = f"label/{quote(label, safe='')}/values"
        return self._texts(path, times_of(window), timeout)

    def patterns(
        self, selector: str, window: Window, timeout: timedelta
    ) -> tuple[LogPattern, ...]:
        """Return the shapes that lines have, the commonest first."""
        every = int(steps(window, None, count=20).every)
        params = {"query": selector, "step": f"{every}s", **times_of(window)}
        data = self._data("patterns", params, timeout)
        with self._remote.understanding(SERVER):
            found = [
                LogPattern(
                    str(each["pattern"]),
                    str(each.get("level") or ""),
                    sum(int(count) for _, count in each["samples"]),
                )
                for each in data or ()
            ]
        return tuple(sorted(found, key=lambda each: (-each.lines, each.pattern)))

    def facts(self, timeout: timedelta) -> ServerFacts:
        """Return version and clock of the server."""
        return self._remote.facts(f"{API}status/buildinfo", timeout, SERVER)

    def _texts(
        self, path: str, params: Mapping[str, str], timeout: timedelta
    ) -> tuple[str, ...]:
        data = self._data(path, params, timeout)
        with self._remote.understanding(SERVER):
            return tuple(sorted(str(each) for each in data or ()))

    def _data(self, path: str, params: Mapping[str, str], timeout: timedelta) -> Any:
        answer = self._remote.get(API + path, params, timeout)
        # absent when nothing was found
        return body_of(answer, self._remote).get("data")


def times_of(window: Window) -> dict[str, str]:
    """Return both ends in nanoseconds.

    Milliseconds would be taken for nanoseconds of 1970, and answered with nothing.
    The end itself is not part of what is read.
    """
    return {
        "start": str(nanoseconds(window.start)),
        "end": str(nanoseconds(window.end) + 1),
    }

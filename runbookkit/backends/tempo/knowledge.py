"""What Tempo knows besides traces: the names and values of attributes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import quote

from runbookkit.backends.tempo.answers import JSON, SERVER, body_of
from runbookkit.backends.tempo.search import seconds_of
from runbookkit.exchange import Remote
from runbookkit.model.answer import Window
from runbookkit.model.observed import ServerFacts


class Knowledge:
    """Asks a Tempo for what it knows besides traces.

    Every method raises a :class:`runbookkit.errors.BackendError` where it fails.
    """

    def __init__(self, remote: Remote) -> None:
        self._remote = remote

    def attributes(
        self, window: Window, timeout: timedelta
    ) -> Mapping[str, tuple[str, ...]]:
        """Return the names of attributes by scope, such as ``span``."""
        params = seconds_of(window)
        answer = self._remote.get("/api/v2/search/tags", params, timeout, JSON)
        body = body_of(answer, self._remote, "scopes", "metrics")
        with self._remote.understanding(SERVER):
            return {
                str(each["name"]): tuple(sorted(map(str, each.get("tags") or ())))
                for each in body.get("scopes") or ()
            }

    def values(
        self, attribute: str, window: Window, timeout: timedelta
    ) -> Mapping[str, str]:
        """Return the values of an attribute and their types, such as ``int``.

        ``attribute`` has its scope: ``span.http.status_code``.
        """
        path = f"/api/v2/search/tag/{quote(attribute, safe='')}/values"
        answer = self._remote.get(path, seconds_of(window), timeout, JSON)
        body = body_of(answer, self._remote, "tagValues", "metrics")
        with self._remote.understanding(SERVER):
            found = {
                str(each["value"]): str(each["type"])
                for each in body.get("tagValues") or ()
            }
        return dict(sorted(found.items()))

    def facts(self, timeout: timedelta) -> ServerFacts:
        """Return version and clock of the server."""
        return self._remote.facts("/api/status/buildinfo", timeout, SERVER)

"""The log behind a server's API, for people who hold no database credentials."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

from pydantic import TypeAdapter, ValidationError

from runbookkit.errors import ConflictError, StoreError
from runbookkit.http import Answer, HttpClient, HttpError
from runbookkit.model.event import Event, NewEvent
from runbookkit.model.incident import AlertRow, IncidentRow
from runbookkit.model.incident_view import IncidentList, IncidentView

T = TypeVar("T")
_EVENTS: Final = TypeAdapter(list[Event])
_NEW: Final = TypeAdapter(list[NewEvent])
_LIST: Final = TypeAdapter(IncidentList)
_VIEW: Final = TypeAdapter(IncidentView)
_ALERTS: Final = TypeAdapter(list[AlertRow])
_PAGE: Final = 200
"""Events that are read at once, so that an answer stays within its bounds."""


class RemoteStore:
    """A store that another process holds, reached through ``runbook serve``."""

    def __init__(self, client: HttpClient) -> None:
        """Take a client whose endpoint is the server, with its token."""
        self._client = client
        url = client.endpoint.url if client.endpoint else ""
        self._base = f"{url.rstrip('/')}/api/v1"

    def append(
        self, stream: str, expected: int, events: Sequence[NewEvent]
    ) -> list[Event]:
        """Keep events durably behind the expected last one of their stream.

        An answer that is lost on the way leaves open whether they were kept; then
        the stream is read, so that nothing is appended twice.

        Raises:
            ConflictError: The stream has moved on.
            StoreError: They could not be written, or nobody can tell.
        """
        body = {
            "expected": expected,
            "events": _NEW.dump_python(list(events), mode="json"),
        }
        try:
            answer = self._client.post_json(self._url(stream), body)
        except HttpError as error:
            return self._kept_after_all(stream, expected, events, error)
        if answer.status == 503:
            return self._kept_after_all(stream, expected, events, _failed(answer))
        return _events(_checked(answer))

    def read(self, stream: str, after: int = 0) -> list[Event]:
        """Return the events of a stream behind a sequence number, in order."""
        found: list[Event] = []
        while True:
            last = found[-1].sequence if found else after
            url = f"{self._url(stream)}?{urlencode({'after': last, 'limit': _PAGE})}"
            page = _events(self._get(url))
            found += page
            if len(page) < _PAGE:
                return found

    def since(self, position: int, limit: int = 1000) -> list[Event]:
        """Return events of all streams behind a position, in order."""
        asked = urlencode({"after": position, "limit": min(limit, _PAGE)})
        return _events(self._get(f"{self._base}/events?{asked}"))

    def streams(self, kind: str) -> list[str]:
        """Return the streams whose name begins with ``kind/``, newest first."""
        told = self._get(f"{self._base}/streams?{urlencode({'kind': kind})}")
        return [str(each) for each in told.get("streams", ())]

    def incident(self, number: int) -> IncidentRow | None:
        """Return one incident; None when there is none of that number."""
        url = f"{self._base}/incidents/{number}?limit=1"
        told = self._found(url)
        return _read_as(_VIEW, told).incident if told is not None else None

    def incidents(self, *, open_only: bool, limit: int = 100) -> list[IncidentRow]:
        """Return incidents, the newest first."""
        asked = urlencode({"all": str(not open_only).lower(), "limit": limit})
        told = self._get(f"{self._base}/incidents?{asked}")
        return list(_read_as(_LIST, told).incidents)

    def alerts(self, incident: int) -> list[AlertRow]:
        """Return the alerts of an incident."""
        found: list[AlertRow] = []
        while True:
            asked = urlencode({"skip": len(found), "limit": _PAGE})
            told = self._found(f"{self._base}/incidents/{incident}/alerts?{asked}")
            page = _read_as(_ALERTS, told["alerts"]) if told is not None else []
            found += page
            if len(page) < _PAGE:
                return found

    def close(self) -> None:
        """Do nothing: each request is over when it returns."""

    def _found(self, url: str) -> dict[str, Any] | None:
        try:
            answer = self._client.get(url)
        except HttpError as error:
            raise StoreError(away(error)) from error
        return None if answer.status == 404 else _checked(answer)

    def _kept_after_all(
        self,
        stream: str,
        expected: int,
        events: Sequence[NewEvent],
        error: Exception,
    ) -> list[Event]:
        kept = self.read(stream, expected)[: len(events)]
        if kept and [_told(each) for each in kept] == [_told(each) for each in events]:
            return kept
        if kept:
            raise ConflictError(
                f"{stream}: somebody else appended meanwhile; read it first"
            ) from error
        raise StoreError(away(error)) from error

    def _url(self, stream: str) -> str:
        kind, _, name = stream.partition("/")
        return f"{self._base}/streams/{quote(kind, safe='')}/{quote(name, safe='')}"

    def _get(self, url: str) -> dict[str, Any]:
        try:
            return _checked(self._client.get(url))
        except HttpError as error:
            raise StoreError(away(error)) from error


def away(error: Exception) -> str:
    """Return in words that a server gave no answer, and what to do about it."""
    if not isinstance(error, HttpError):
        return str(error)
    return (
        f"{error}; is `runbook serve` there? --server, or else RUNBOOK_SERVER, is the"
        " address that it is asked at"
    )


def _told(event: Event | NewEvent) -> tuple[Any, ...]:
    return (event.kind, event.at, event.actor, event.key, dict(event.data))


def _checked(answer: Answer) -> dict[str, Any]:
    if answer.status == 409:
        raise ConflictError(str(_failed(answer)))
    if answer.status != 200:
        raise _failed(answer)
    try:
        told = json.loads(answer.body)
    except ValueError as error:
        raise StoreError(f"{answer.url}: not the API of runbook serve") from error
    return told if isinstance(told, dict) else {}


def _events(told: dict[str, Any]) -> list[Event]:
    return _read_as(_EVENTS, told.get("events"))


def _read_as(kind: TypeAdapter[T], told: Any) -> T:
    try:
        return kind.validate_python(told, strict=False)
    except ValidationError as error:
        said = error.errors(include_url=False)[0]["msg"]
        raise StoreError(
            f"the server answers in another form: {said}; update runbookkit"
        ) from error


def _failed(answer: Answer) -> StoreError:
    try:
        said = str(json.loads(answer.body)["error"])
    except (ValueError, KeyError, TypeError):
        said = f"answered {answer.status}"
    hint = "; set RUNBOOK_TOKEN" if answer.status in {401, 403} else ""
    return StoreError(f"{answer.url}: {said}{hint}")

"""The incident desk behind a server's API, for who holds a token and no database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from runbookkit.errors import ConfigError, CouldNotCheckError, NotFoundError, UsageError
from runbookkit.http import Answer, Bounds, Endpoint, HttpClient, HttpError
from runbookkit.model.command import Command
from runbookkit.model.incident import IncidentRow
from runbookkit.model.incident_view import IncidentView
from runbookkit.settings import SERVER
from runbookkit.store.remote import away

TOKEN: Final = "RUNBOOK_TOKEN"  # noqa: S105  the name of a variable
_UNDERSTOOD: Final = 200


def client_of(variables: Mapping[str, str], server: str = "") -> HttpClient | None:
    """Return a client of the server that is named; None when none is.

    Raises:
        ConfigError: It is no address, or its token cannot be read.
    """
    url = server or variables.get(SERVER, "")
    if not url:
        return None
    if not _is_address(url):
        raise ConfigError(
            f"{'--server' if server else SERVER}: {url!r} is no address; write"
            " https://runbook.example"
        )
    token = _token(variables)
    bounds = Bounds(seconds=30, max_bytes=64 * 1024 * 1024)
    return HttpClient(bounds, Endpoint(url.rstrip("/"), bearer=token))


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname or parts.port)
    except ValueError:
        return False


def _token(variables: Mapping[str, str]) -> str:
    name, token = TOKEN, variables.get(TOKEN, "")
    file = variables.get(f"{TOKEN}_FILE", "")
    if file and not token:
        name = f"{TOKEN}_FILE: {file}"
        try:
            token = Path(file).read_text().strip()
        except OSError as error:
            raise ConfigError(
                f"{name}: cannot be read: {error.strerror}; it holds the token alone"
            ) from error
        except UnicodeDecodeError as error:
            raise ConfigError(
                f"{name}: is no text; it holds the token alone"
            ) from error
    if not (token.isascii() and token.isprintable()):
        raise ConfigError(
            f"{name}: is no token: no request can carry it; it is one line of letters,"
            " digits and signs, as [serve.tokens] of the server has it"
        )
    return token


class RemoteDesk:
    """Reads and changes incidents through ``runbook serve``."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client
        base = client.endpoint.url if client.endpoint else ""
        self._base = f"{base}/api/v1/incidents"

    def incidents(self, *, everything: bool, limit: int) -> list[IncidentRow]:
        """Return incidents, the newest first.

        Raises:
            CouldNotCheckError: The server gave no answer that can be used.
        """
        asked = urlencode({"all": str(everything).lower(), "limit": limit})
        told = _told(self._get(f"{self._base}?{asked}"))
        rows: list[IncidentRow] = _read_as(list[IncidentRow], told.get("incidents"))
        return rows

    def view(self, number: int) -> IncidentView:
        """Return an incident with its alerts and its timeline.

        Raises:
            NotFoundError: There is none of that number.
            CouldNotCheckError: The server gave no answer that can be used.
        """
        told = _told(self._get(f"{self._base}/{number}"))
        view: IncidentView = _read_as(IncidentView, told)
        return view

    def obey(self, command: Command) -> IncidentRow:
        """Have a command carried out, and return its incident as it is then.

        The server records whose token it was, and when; so it does for a role that
        whoever asks takes.

        Raises:
            NotFoundError: There is none of that number.
            UsageError: It does not fit the state of the incident.
            CouldNotCheckError: The server gave no answer that can be used.
        """
        from pydantic import TypeAdapter  # noqa: PLC0415  slow to load

        whole = TypeAdapter(Command).dump_python(command, mode="json")
        order = {
            name: value
            for name, value in whole.items()
            if name not in {"incident", "actor", "source", "at"}
        }
        if command.person == command.actor:
            order["person"] = None  # the server knows the caller by another name
        place = f"{self._base}/{command.incident}/commands"
        try:
            answer = self._client.post_json(place, order)
        except HttpError as error:
            raise CouldNotCheckError(away(error)) from error
        row: IncidentRow = _read_as(IncidentRow, _told(answer))
        return row

    def close(self) -> None:
        """Do nothing: each request is over when it returns."""

    def _get(self, url: str) -> Answer:
        try:
            return self._client.get(url)
        except HttpError as error:
            raise CouldNotCheckError(away(error)) from error


def _told(answer: Answer) -> dict[str, Any]:
    try:
        told = json.loads(answer.body)
    except ValueError as error:
        raise CouldNotCheckError(
            f"{answer.url}: not the API of runbook serve"
        ) from error
    if answer.status == _UNDERSTOOD and isinstance(told, dict):
        return told
    said = str(told.get("error", "")) if isinstance(told, dict) else ""
    message = said or f"answered {answer.status}"
    if answer.status == 404:
        raise NotFoundError(message)
    if answer.status in {409, 422}:
        raise UsageError(message)
    hint = f"; set {TOKEN}" if answer.status == 401 else ""
    raise CouldNotCheckError(f"{answer.url}: {message}{hint}")


def _read_as(kind: Any, told: Any) -> Any:
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415  slow to load

    try:
        return TypeAdapter(kind).validate_python(told, strict=False)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise CouldNotCheckError(
            f"the server answers in another form: {first['msg']}; update runbookkit"
        ) from error

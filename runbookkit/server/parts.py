"""What the routes share, and who is calling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBasic, HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials, HTTPBasicCredentials
from pydantic import BaseModel

from runbookkit.app.desk import Desk
from runbookkit.model.serving import Role
from runbookkit.server.admission import Caller, Callers
from runbookkit.server.bodies import RefusedError
from runbookkit.server.live import Live
from runbookkit.server.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes work with."""

    desk: Desk
    callers: Callers
    live: Live
    metrics: Metrics
    now: Callable[[], datetime]
    checks: tuple[Callable[[], str], ...] = field(default=())
    """Each returns why the server is not ready, or nothing."""
    audited: Callable[[str], str] = lambda _: ""
    """Says of a runbook's address when that runbook was audited, if anything."""
    run_page: Callable[[str], str] | None = None
    """Returns the page of a run."""


class Problem(BaseModel):
    """Why something was not done."""

    error: str


def parts_of(request: Request) -> Parts:
    """Return what the application was made with."""
    parts: Parts = request.app.state.parts
    return parts


def desk_of(request: Request) -> Desk:
    """Return the incident desk."""
    return parts_of(request).desk


_bearer = HTTPBearer(auto_error=False, description="A token of [serve.tokens].")
_basic = HTTPBasic(auto_error=False, description="Any name; a token as password.")


def reader(
    request: Request,
    _token: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)] = None,
    _login: Annotated[HTTPBasicCredentials | None, Security(_basic)] = None,
) -> Caller:
    """Return who is calling.

    Raises:
        RefusedError: 401, nobody that is known; 403, a name that is not ours.
    """
    parts = parts_of(request)
    if parts.callers.is_open and not _is_local(request):
        # a page from elsewhere must not reach us by a name that it chose
        raise RefusedError(403, "without tokens only http://localhost is answered")
    caller = parts.callers.find(dict(reversed(request.scope["headers"])))
    if caller is None:
        raise RefusedError(401, "credentials are missing or not known here")
    return caller


def _is_local(request: Request) -> bool:
    host = request.url.hostname or ""
    origin = request.headers.get("origin")
    own = origin is None or origin == f"{request.url.scheme}://{request.url.netloc}"
    return own and (host in {"localhost", "::1"} or host.startswith("127."))


def _may(caller: Caller, role: Role) -> Caller:
    if not caller.may(role):
        raise RefusedError(403, f"{caller.name} may only {caller.role}")
    return caller


def responder(caller: Annotated[Caller, Depends(reader)]) -> Caller:
    """Return who is calling and may work on incidents.

    Raises:
        RefusedError: 403, the caller may only read.
    """
    return _may(caller, "respond")


Reader = Annotated[Caller, Depends(reader)]
Responder = Annotated[Caller, Depends(responder)]
TheDesk = Annotated[Desk, Depends(desk_of)]
TheParts = Annotated[Parts, Depends(parts_of)]

"""The part of the server that the framework answers: API, pages, health."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from runbookkit import __version__
from runbookkit.errors import (
    ConflictError,
    NotFoundError,
    RunbookkitError,
    UsageError,
)
from runbookkit.server import incident_api, pages, stream_api
from runbookkit.server.bodies import RefusedError
from runbookkit.server.metrics import CONTENT_TYPE
from runbookkit.server.parts import Parts, Problem, Reader, TheParts

_LOG: Final = logging.getLogger("runbookkit.server")
_API: Final = "/api/v1"
_HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
        " img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
_PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"model": Problem}
    for status in (400, 401, 403, 404, 405, 409, 413, 422, 503)
}


def site_of(parts: Parts, *, max_body_bytes: int) -> FastAPI:
    """Return the application."""
    app = _routed(max_body_bytes)
    app.state.parts = parts
    return app


def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    return _routed(0).openapi()


def _routed(max_body_bytes: int) -> FastAPI:
    app = FastAPI(
        title="runbookkit",
        version=__version__,
        description="Incidents, their timelines, and the runs that belong to them.",
        docs_url=None,  # their scripts come from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        max_body_size=max_body_bytes,
        responses=_PROBLEMS,
    )
    api = APIRouter(prefix=_API)
    for router in (incident_api.router, incident_api.letters, stream_api.router):
        api.include_router(router)
    app.include_router(api)
    app.include_router(_health)
    app.include_router(pages.router)
    app.add_exception_handler(RunbookkitError, _told)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.middleware("http")(_with_headers)
    return app


_health = APIRouter(tags=["health"])


@_health.get("/healthz", response_class=PlainTextResponse)
async def healthz() -> str:
    """Say that the process answers."""
    return "ok\n"


@_health.get("/readyz", response_class=PlainTextResponse)
def readyz(parts: TheParts) -> Response:
    """Say whether webhooks can be kept now; 503 and why when not."""
    reasons = [reason for check in parts.checks if (reason := check())]
    if reasons:
        raise RefusedError(503, "; ".join(reasons))
    return PlainTextResponse("ready\n")


@_health.get("/metrics", response_class=PlainTextResponse)
def metrics(parts: TheParts, _: Reader) -> Response:
    """Return what the server counts about itself, for Prometheus."""
    return Response(parts.metrics.text(), media_type=CONTENT_TYPE)


def _status_of(error: Exception) -> int:
    if isinstance(error, RefusedError):
        return error.status
    for kind, status in (
        (NotFoundError, 404),
        (ConflictError, 409),
        (UsageError, 409),
    ):
        if isinstance(error, kind):
            return status
    return 503


async def _told(_: Request, error: Exception) -> JSONResponse:
    status = _status_of(error)
    said = str(error)
    if status == 503 and not isinstance(error, RefusedError):
        _LOG.error("request failed", extra={"error": said})
        said = "it could not be stored or read; try again"
    headers = {"www-authenticate": 'Basic realm="runbook", charset="UTF-8"'}
    return JSONResponse(
        {"error": said}, status, headers=headers if status == 401 else None
    )


async def _refused(request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    said = error.detail if isinstance(error, HTTPException) else ""
    if status == 405 and (methods := _methods(request)):
        headers = {"allow": ", ".join(sorted(methods))}
    return JSONResponse({"error": str(said)}, status, headers=headers)


def _methods(request: Request) -> set[str]:
    """Return what an address of the API may be asked; the framework looks at one route."""
    return {
        method.upper()
        for path, methods in request.app.openapi()["paths"].items()
        if compile_path(path)[0].match(request.url.path)
        for method in methods
    }


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    said = "invalid"
    if isinstance(error, RequestValidationError):
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        said = f"{where}: {first['msg']}"
    return JSONResponse({"error": said}, 422)


async def _with_headers(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    response = await call_next(request)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response

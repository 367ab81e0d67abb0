"""The pages: rendered here, shown as text, one column on a phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Final
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment
from markupsafe import Markup, escape

from runbookkit.app.desk import Desk
from runbookkit.app.transcripts.html_templates import html_templates
from runbookkit.app.transcripts.visible import visible
from runbookkit.model.command import Command, CommandKind
from runbookkit.model.incident import IncidentRow
from runbookkit.model.timeline import Entry
from runbookkit.server.bodies import RefusedError
from runbookkit.server.incident_api import Number
from runbookkit.server.parts import Reader, Responder, TheDesk, TheParts
from runbookkit.server.seen import at_a_glance, evidence_of, figure_words, places_of

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

_RUN: Final = r"^[A-Za-z0-9_.-]{1,100}$"
_SHOWN: Final = 4096
_ENTRIES: Final = 500
_BEGINNING: Final = 200
_ALERTS: Final = 200
"""On one page; more would take a browser longer than people on call have."""
_STATIC: Final = {
    "style.css": "text/css; charset=utf-8",
    "live.js": "text/javascript; charset=utf-8",
}
_VERBS: Final[Mapping[str, CommandKind]] = {
    "acknowledge": "acknowledge",
    "mitigate": "mitigate",
    "resolve": "resolve",
    "note": "note",
}
_NEXT: Final = {
    "open": ("acknowledge", "Acknowledge"),
    "acknowledged": ("mitigate", "Mark as mitigated"),
    "mitigated": ("resolve", "Resolve"),
}


@router.get("/")
def incidents(
    desk: TheDesk,
    _: Reader,
    all: Annotated[bool, Query()] = False,  # noqa: A002, FBT002  the name in the address
) -> HTMLResponse:
    """Show the incidents that are not over, or all."""
    live = _live(desk)
    return _page(
        "incidents",
        incidents=[shown(each) for each in desk.incidents(everything=all, limit=200)],
        everything=all,
        dead=bool(desk.dead_letters(1)),
        live=live,
    )


@router.get("/incidents/{number}")
def incident(
    parts: TheParts,
    caller: Reader,
    number: Number,
    before: Annotated[int, Query(ge=0, le=2**53)] = 0,
) -> HTMLResponse:
    """Show one incident, with the newest events or those before one."""
    desk = parts.desk
    live = _live(desk, f"incident/{number}")
    view = desk.window(number, before=before, entries=_ENTRIES, alerts=_ALERTS)
    # where people were told, and what the first minute saw, stands at its beginning
    earlier = _before(view.activity)
    begun = desk.beginning(number, min(_BEGINNING, earlier - 1)) if earlier else ()
    known = (*begun, *view.activity)
    may_write = caller.may("respond")
    verb, words = _NEXT.get(view.incident.status, ("", ""))
    return _page(
        "incident",
        incident=shown(view.incident),
        alerts=view.alerts,
        timeline=view.timeline,
        activity=view.activity,
        earlier=earlier,
        before=before,
        some=len(view.alerts) == _ALERTS,
        links=[*places_of(known), *_links(view.incident)],
        at_a_glance=at_a_glance(view.incident, parts.now()),
        seen=evidence_of(known),
        figure_words=figure_words,
        audited=parts.audited(view.incident.runbook),
        next=verb if may_write else "",
        next_words=words,
        may_write=may_write,
        live=live,
    )


@router.get("/runs/{run}")
def run(
    parts: TheParts, _: Reader, run: Annotated[str, Path(pattern=_RUN)]
) -> HTMLResponse:
    """Show what happened in a run of a runbook."""
    if parts.run_page is None:
        raise RefusedError(404, "runs are not shown here")
    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    return HTMLResponse(
        parts.run_page(run), headers={"content-security-policy": policy}
    )


@router.post("/incidents/{number}/{verb}")
async def act(
    request: Request, parts: TheParts, caller: Responder, number: Number, verb: str
) -> Response:
    """Do what a button of a page says, and show the page again."""
    if request.headers.get("origin") != _own_origin(request):
        # a browser sends the password along to whoever makes it ask
        raise RefusedError(403, "only this page's own buttons may do that")
    kind = _VERBS.get(verb)
    if kind is None:
        raise RefusedError(404, "there is no such button")
    form = parse_qs((await request.body()).decode("utf-8", "replace"))
    command = Command(
        kind, number, caller.name, "web", parts.now(), text=form.get("text", [""])[0]
    )
    await run_in_threadpool(parts.desk.obey, command)
    return RedirectResponse(f"/incidents/{number}", 303)


@router.get("/dead-letters")
def dead_letters(desk: TheDesk, _: Reader) -> HTMLResponse:
    """Show the bodies that nobody understood."""
    live = _live(desk)
    letters = [
        {
            "source": each.source,
            "received_at": each.received_at,
            "error": each.error,
            "size": len(each.raw),
            "text": each.raw[:_SHOWN].decode("utf-8", "replace"),
        }
        for each in desk.dead_letters(100)
    ]
    return _page("dead_letters", letters=letters, live=live)


@router.get("/static/{name}")
async def static(name: str) -> Response:
    """Return what the pages look like and how they renew themselves."""
    kind = _STATIC.get(name)
    if kind is None:
        raise RefusedError(404, "there is no such file")
    headers = {"content-type": kind, "cache-control": "max-age=300"}
    return Response(_file(name), headers=headers)


def shown(incident: IncidentRow) -> dict[str, Any]:
    """Return what a page shows of an incident."""
    fields = {name: getattr(incident, name) for name in incident.__slots__}
    roles = incident.data.get("roles", {})
    return {**fields, "roles": roles if isinstance(roles, dict) else {}}


def _own_origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers.get('host', '')}"


def _live(desk: Desk, stream: str = "") -> str:
    """Return where a page hears what comes; asked before it is filled.

    What came before is on the page: hearing all of it again would take the server
    and the browser minutes where there are a million events.
    """
    only = f"&stream={stream}" if stream else ""
    return f"/api/v1/live?after={desk.store.position()}{only}"


def _before(activity: Sequence[Entry]) -> int:
    """Return which events are still to be shown: those before this; 0 for none."""
    first = int(activity[0].id.removeprefix("e")) if activity else 1
    return first if first > 1 else 0


def _links(incident: IncidentRow) -> list[tuple[str, str]]:
    links = incident.data.get("links", {})
    found = list(links.items()) if isinstance(links, dict) else []
    return [(str(words), str(url)) for words, url in found]


def _page(template: str, **values: Any) -> HTMLResponse:
    page = _environment().get_template(f"{template}.html.j2")
    return HTMLResponse(page.render(**values))


@cache
def _file(name: str) -> bytes:
    return files("runbookkit.server").joinpath("static", name).read_bytes()


@cache
def _environment() -> Environment:
    environment = html_templates("runbookkit.server").overlay()
    environment.filters = {**environment.filters, "address": _address}
    return environment


def _address(url: str, words: str = "") -> Markup:
    """Return a link that opens a page and does nothing else; other addresses as text.

    >>> _address("javascript:alert(1)")
    Markup('javascript:alert(1)')
    """
    label = escape(visible(words or url))
    try:
        parts = urlsplit(url)
    except ValueError:
        return label
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return label
    return Markup('<a href="{}" rel="noreferrer noopener">{}</a>').format(url, label)

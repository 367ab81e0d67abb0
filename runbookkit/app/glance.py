"""An incident at a glance: what is pinned, paged and shown in one look."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import astuple
from datetime import UTC, datetime
from typing import Final

from runbookkit.model.effect import StatusBlock
from runbookkit.model.incident import NOT_OVER, IncidentRow, IncidentStatus
from runbookkit.plaintext import one_line, web_address

_ACTIONS: Final[Mapping[IncidentStatus, tuple[tuple[str, str], ...]]] = {
    "open": (
        ("Acknowledge", "ack"),
        ("I lead", "role incident commander"),
        ("Mitigated", "mitigate"),
    ),
    "acknowledged": (
        ("I lead", "role incident commander"),
        ("Mitigated", "mitigate"),
        ("Resolved", "resolve"),
    ),
    "mitigated": (("Resolved", "resolve"),),
    "resolved": (("Reopen", "reopen"),),
}
"""Words of buttons, and the commands of the chat that they stand for."""


def glance(incident: IncidentRow, public_url: str = "") -> StatusBlock:
    """Return what people see of an incident; plain text, nothing escaped."""
    status: str = incident.status
    if incident.merged_into:
        status = f"merged into incident {incident.merged_into}"
    return StatusBlock(
        one_line(incident.title) or f"incident {incident.id}",
        incident.severity,
        status,
        tuple(_lines(incident)),
        tuple(_links(incident, public_url)),
        _ACTIONS.get(incident.status, ()),
    )


def digest(block: StatusBlock) -> str:
    """Return the same text for the same glance, another one for another."""
    said = json.dumps(astuple(block), sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _lines(incident: IncidentRow) -> Iterator[tuple[str, str]]:
    yield "incident", str(incident.id)
    if incident.service:
        yield "service", incident.service
    more = ", and more that the sender leaves out" if incident.incomplete else ""
    yield "alerts", f"{incident.firing} of {incident.total} firing{more}"
    yield "since", _minute(incident.opened_at)
    if incident.unknown_since:
        yield "unknown since", _minute(incident.unknown_since)
    if incident.resolved_at and incident.status in {"resolved", "reviewed"}:
        yield "resolved", _minute(incident.resolved_at)
    roles = incident.data.get("roles")
    for role, person in roles.items() if isinstance(roles, Mapping) else ():
        yield str(role), str(person)
    if incident.slo:
        yield "objective", incident.slo
    if incident.runbook and not web_address(incident.runbook):
        yield "runbook", incident.runbook
    yield from _seen(incident)


def _seen(incident: IncidentRow) -> Iterator[tuple[str, str]]:
    """Yield what was measured and proposed: the budget that is left, the next step."""
    seen = incident.data.get("seen")
    for name, text in seen.items() if isinstance(seen, Mapping) else ():
        if incident.status in NOT_OVER or name == "budget":
            yield str(name), one_line(str(text))


def _links(incident: IncidentRow, public_url: str) -> Iterator[tuple[str, str]]:
    if public_url:
        yield "incident", f"{public_url.rstrip('/')}/incidents/{incident.id}"
    if web_address(incident.runbook):
        yield "runbook", incident.runbook
    links = incident.data.get("links")
    for words, url in links.items() if isinstance(links, Mapping) else ():
        if web_address(str(url)):
            yield str(words), str(url)


def _minute(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")

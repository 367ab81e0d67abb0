"""PagerDuty's webhooks, version 3 (developer.pagerduty.com, Webhooks v3)."""

from __future__ import annotations

from typing import Any

from runbookkit.model.chat import PageEvent
from runbookkit.server.inbound.reading import Foreign, Moment, Name, Text, read_as


class _Agent(Foreign):
    summary: Name | None = None


class _Data(Foreign):
    incident_key: Name | None = None
    id: Name = ""
    html_url: Name | None = None
    content: Text | None = None
    incident: dict[str, Any] | None = None


class _Event(Foreign):
    id: Name
    event_type: Name
    occurred_at: Moment
    agent: _Agent | None = None
    data: _Data


class _Webhook(Foreign):
    event: _Event


def read(body: bytes) -> PageEvent:
    """Return what happened.

    Raises:
        RefusedError: 422, it is no such webhook.
    """
    event = read_as(_Webhook, body, "a PagerDuty webhook of version 3").event
    about = event.data.incident or {}
    page = about.get("id") or event.data.id
    agent = event.agent.summary if event.agent else None
    return PageEvent(
        event.id,
        event.event_type,
        event.occurred_at,
        agent or "",
        event.data.incident_key or "",
        page if isinstance(page, str) else "",
        event.data.content or "",
        event.data.html_url or "",
    )

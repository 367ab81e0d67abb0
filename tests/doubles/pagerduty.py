"""PagerDuty on loopback: its events by deduplication key, and what REST shows of them.

https://developer.pagerduty.com/docs/send-alert-event
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from doubles.faulty import Call, Faults, faulty
from doubles.served import Reply

ROUTING_KEY = "0123456789abcdef" * 2
TOKEN = "rest-1"
SERVICE = "PSERVICE"
_ACTIONS = {"trigger", "acknowledge", "resolve"}
_SEVERITIES = {"critical", "error", "warning", "info"}


@dataclass
class Incident:
    id: str
    key: str
    payload: Mapping[str, Any]
    status: str = "triggered"
    notes: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)


class PagerDuty:
    """One service; ``slow`` accepts and shows an event only when told to."""

    def __init__(self) -> None:
        self.incidents: list[Incident] = []
        self.changes: list[Mapping[str, Any]] = []
        self.faults = Faults()
        self.calls: list[Call] = []

    @contextmanager
    def served(self) -> Iterator[str]:
        with faulty(self.apply, self.faults) as url:
            yield url

    def under(self, key: str) -> list[Incident]:
        return [each for each in self.incidents if each.key == key]

    def apply(self, call: Call, applied: bool) -> Reply:
        self.calls.append(call)
        if call.path == "/v2/enqueue":
            return self._event(call, applied)
        if call.path == "/v2/change/enqueue":
            return self._change(call, applied)
        if call.headers.get("authorization") != f"Token token={TOKEN}":
            return Reply({"error": {"message": "Unauthorized", "code": 2006}}, 401)
        return self._rest(call, applied)

    def _event(self, call: Call, applied: bool) -> Reply:
        event = call.json
        errors = list(_event_errors(event)) + _size_errors(call)
        if errors:
            return _invalid(errors)
        key = event.get("dedup_key") or f"generated-{len(self.calls)}"
        if applied:
            self._apply(key, event)
        body = {"status": "success", "message": "Event processed", "dedup_key": key}
        return Reply(body, 202)

    def _apply(self, key: str, event: Mapping[str, Any]) -> None:
        action = event["event_action"]
        found = [each for each in self.under(key) if each.status != "resolved"]
        if action == "trigger":
            if not found:
                number = f"P{len(self.incidents) + 1}"
                found = [Incident(number, key, event["payload"])]
                self.incidents += found
            found[0].log.append("trigger")
        elif found:
            # without an open alert it is dropped, and was accepted all the same
            found[0].status = {"acknowledge": "acknowledged"}.get(action, "resolved")
            found[0].log.append(action)

    def _change(self, call: Call, applied: bool) -> Reply:
        event = call.json
        payload = event.get("payload") or {}
        errors = _size_errors(call)
        if event.get("routing_key") != ROUTING_KEY:
            errors.append("Invalid routing key")
        if not 1 <= len(payload.get("summary") or "") <= 1024:
            errors.append("'payload.summary' is missing or too long")
        if errors:
            return _invalid(errors)
        if applied:
            self.changes.append(payload)
        return Reply({"status": "success", "message": "Change event processed"}, 202)

    def _rest(self, call: Call, applied: bool) -> Reply:
        if call.path == "/incidents":
            key = call.param("incident_key")
            return Reply({"incidents": [_shown(each) for each in self.under(key)]})
        if call.path == f"/services/{SERVICE}/change_events":
            return Reply({"change_events": list(reversed(self.changes))})
        for incident in self.incidents:
            if call.path == f"/incidents/{incident.id}/notes":
                return self._notes(call, incident, applied)
        return Reply({"error": {"message": "Not Found", "code": 2100}}, 404)

    def _notes(self, call: Call, incident: Incident, applied: bool) -> Reply:
        if call.method == "GET":
            return Reply({"notes": [{"content": each} for each in incident.notes]})
        content = (call.json.get("note") or {}).get("content")
        if "@" not in call.headers.get("from", "") or not content:
            message = "Requester User Not Found"
            return Reply({"error": {"message": message, "code": 1008}}, 400)
        if applied:
            incident.notes.append(content)
        return Reply({"note": {"id": "N1", "content": content}}, 201)


def _event_errors(event: Mapping[str, Any]) -> Iterator[str]:
    if event.get("routing_key") != ROUTING_KEY:
        yield "Invalid routing key"
    if event.get("event_action") not in _ACTIONS:
        yield "'event_action' is invalid"
    if len(event.get("dedup_key") or "") > 255:
        yield "'dedup_key' is too long"
    if event.get("event_action") == "trigger":
        yield from _trigger_errors(event)
    elif not event.get("dedup_key"):
        yield "'dedup_key' is missing or blank"


def _trigger_errors(event: Mapping[str, Any]) -> Iterator[str]:
    payload = event.get("payload") or {}
    if not 1 <= len(payload.get("summary") or "") <= 1024:
        yield "'payload.summary' is missing or too long"
    if not payload.get("source"):
        yield "'payload.source' is missing or blank"
    if payload.get("severity") not in _SEVERITIES:
        yield "'payload.severity' is invalid"
    links = [link.get("href", "") for link in event.get("links", ())]
    if not all(link.startswith("http") for link in links):
        yield "'links.href' is invalid"


def _size_errors(call: Call) -> list[str]:
    return ["Event is larger than 512 KB"] if len(call.body) > 512 * 1024 else []


def _invalid(errors: list[str]) -> Reply:
    body = {"status": "invalid event", "message": "Event object is invalid"}
    return Reply({**body, "errors": errors}, 400)


def _shown(incident: Incident) -> Mapping[str, Any]:
    return {
        "id": incident.id,
        "incident_key": incident.key,
        "status": incident.status,
        "html_url": f"https://acme.pagerduty.example/incidents/{incident.id}",
    }

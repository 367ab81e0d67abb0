"""PagerDuty: pages under one deduplication key for each incident, notes, changes.

Events: https://developer.pagerduty.com/docs/events-api-v2-overview
REST: https://developer.pagerduty.com/api-reference

The events API answers 202 to what it may still drop, so with a token for the REST API
everything is read back before it counts as done. A trigger after a resolve opens a new
incident, and pages again: whoever asks keeps the order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from runbookkit.errors import ConfigError, NotifierError
from runbookkit.http import Endpoint, Transport
from runbookkit.model.base import Data
from runbookkit.model.effect import Effect, EffectKind, Receipt
from runbookkit.plaintext import cut, one_line, plain, web_address
from runbookkit.ports import Clock
from runbookkit.sending import SECONDS, Sender

NAME: Final = "pagerduty"
_SUMMARY: Final = 1024
_KEY: Final = 255
_DETAIL: Final = 2000
_NOTE: Final = 20_000
_SEVERITIES: Final = {
    "critical": "critical",
    "high": "error",
    "medium": "warning",
    "low": "info",
    "info": "info",
}
_LINKS: Final = 10
_READ_AGAIN: Final = 5.0
"""Seconds that an accepted event may take to be seen."""


@dataclass(frozen=True, slots=True)
class Config(Data):
    """A service's integration key, and what reads back what was sent."""

    routing_key: str = field(repr=False)
    """Integration key of the Events API v2; 32 letters and digits."""
    api_token: str = field(default="", repr=False)
    """For the REST API: reading back, and notes. Without it 202 has to be believed."""
    user: str = ""
    """E-mail address in whose name notes are written."""
    service: str = ""
    """Id of the service, where its change events are read back."""
    instance: str = "runbookkit"
    """Tells two installations with one integration key apart."""
    events_url: str = "https://events.pagerduty.com"
    api_url: str = "https://api.pagerduty.com"
    seconds: float = SECONDS
    """For one call."""


class PagerDuty:
    """Pages people; see :class:`runbookkit.ports.Notifier`."""

    name = NAME

    def __init__(self, config: Config, transport: Transport | None) -> None:
        if not (config.routing_key.isalnum() and len(config.routing_key) == 32):
            raise ConfigError(
                "pagerduty: the routing key has 32 letters and digits; set"
                " RUNBOOK_NOTIFIERS__PAGERDUTY__ROUTING_KEY"
            )
        self._config = config
        self._events = Sender(
            NAME,
            Endpoint(config.events_url),
            transport=transport,
            seconds=config.seconds,
        )
        self._rest = _Rest(config, transport) if config.api_token else None
        self._ways: dict[EffectKind, Callable[[Effect, int], Receipt]] = {
            "page": self._page,
            "acknowledge page": self._acknowledge,
            "resolve page": self._resolve,
            "change event": self._change,
        }
        if self._rest and config.user:
            self._ways["note"] = self._note
        self.kinds: frozenset[EffectKind] = frozenset(self._ways)

    def perform(self, effect: Effect, attempt: int) -> Receipt:
        """Page, acknowledge or resolve the page, write a note or tell of a change.

        Raises:
            NotifierError: It was refused, or it is not known to have been taken.
        """
        return self._ways[effect.kind](effect, attempt)

    def _page(self, effect: Effect, attempt: int) -> Receipt:
        key = dedup_key(self._config.instance, effect.incident.id)
        earlier = effect.refs.get("incident", "")
        if self._rest and attempt > 1 and (there := self._rest.paged(key, earlier)):
            return _receipt(there, found=True)
        self._send(key, "trigger", _alert(effect))
        if self._rest is None:
            return Receipt()
        return _receipt(self._seen(self._rest.paged(key, earlier)))

    def _acknowledge(self, effect: Effect, attempt: int) -> Receipt:
        return self._end(effect, attempt, "acknowledge", ("triggered",))

    def _resolve(self, effect: Effect, attempt: int) -> Receipt:
        return self._end(effect, attempt, "resolve", ("triggered", "acknowledged"))

    def _end(
        self, effect: Effect, attempt: int, action: str, from_states: Sequence[str]
    ) -> Receipt:
        key = dedup_key(self._config.instance, effect.incident.id)
        if self._rest and attempt > 1 and not self._rest.incidents(key, from_states):
            return Receipt(found=True)
        self._send(key, action, {})
        if self._rest and self._rest.incidents(key, from_states):
            raise self._unseen()
        return Receipt()

    def _change(self, effect: Effect, attempt: int) -> Receipt:
        known = _digest(effect.key)
        if self._rest and attempt > 1 and self._rest.changed(known):
            return Receipt(found=True)
        payload = {
            "summary": cut(one_line(effect.text), _SUMMARY) or "change",
            "source": "runbookkit",
            "timestamp": effect.at.isoformat(),
            "custom_details": {"incident": effect.incident.id, "key": known},
        }
        body = {"routing_key": self._config.routing_key, "payload": payload}
        self._events.post("/v2/change/enqueue", body)
        if self._rest and self._config.service:
            self._seen(self._rest.changed(known))
        return Receipt()

    def _note(self, effect: Effect, attempt: int) -> Receipt:
        assert self._rest is not None, "offered only with a token"  # noqa: S101
        number = effect.refs.get("incident", "")
        if not number:
            raise NotifierError(
                f"incident {effect.incident.id} was not paged, so there is nothing to"
                " write a note on",
                notifier=NAME,
                retryable=False,
            )
        known = f"[{_digest(effect.key)}]"
        if attempt > 1 and self._rest.noted(number, known):
            return Receipt(found=True)
        text = cut(plain(effect.text), _NOTE)
        self._rest.note(number, f"{text}\n\n{known}")
        return Receipt()

    def _send(self, key: str, action: str, alert: Mapping[str, Any]) -> None:
        body = {
            "routing_key": self._config.routing_key,
            "dedup_key": key,
            "event_action": action,
            **alert,
        }
        self._events.post("/v2/enqueue", body)

    def _seen(self, there: Any) -> Any:
        if not there:
            raise self._unseen()
        return there

    def _unseen(self) -> NotifierError:
        return self._events.error(
            "was accepted, but is not to be seen yet", retryable=True, after=_READ_AGAIN
        )


class _Rest:
    """What the REST API shows of what was sent."""

    def __init__(self, config: Config, transport: Transport | None) -> None:
        headers = {
            "authorization": f"Token token={config.api_token}",
            "accept": "application/vnd.pagerduty+json;version=2",
        }
        self._config = config
        self._sender = Sender(
            NAME,
            Endpoint(config.api_url, headers=headers),
            transport=transport,
            seconds=config.seconds,
        )

    def paged(self, key: str, earlier: str) -> dict[str, Any] | None:
        """Return the incident that a page has opened since an earlier one."""
        incident: dict[str, Any]
        for incident in reversed(self.incidents(key)):
            # somebody may have resolved it by now: it was paged all the same
            is_open = incident.get("status") != "resolved"
            if is_open or str(incident.get("id")) != earlier:
                return incident
        return None

    def incidents(self, key: str, states: Sequence[str] = ()) -> list[dict[str, Any]]:
        """Return the incidents under a key, the oldest first."""
        params = {
            "incident_key": key,
            "date_range": "all",
            "sort_by": "created_at:asc",
            "limit": "100",
        }
        found = self._list("/incidents", params, "incidents")
        return [each for each in found if not states or each.get("status") in states]

    def changed(self, known: str) -> bool:
        """Tell whether a change event of ours is among the last ones."""
        if not self._config.service:
            return False
        path = f"/services/{quote(self._config.service, safe='')}/change_events"
        events = self._list(path, {"limit": "100"}, "change_events")
        details = ((each.get("custom_details") or {}) for each in events)
        return any(each.get("key") == known for each in details)

    def noted(self, incident: str, known: str) -> bool:
        """Tell whether a note of ours stands on an incident."""
        notes = self._list(f"/incidents/{quote(incident, safe='')}/notes", {}, "notes")
        return any(known in str(each.get("content")) for each in notes)

    def note(self, incident: str, text: str) -> None:
        """Write a note on an incident."""
        path = f"/incidents/{quote(incident, safe='')}/notes"
        self._sender.post(
            path, {"note": {"content": text}}, {"from": self._config.user}
        )

    def _list(
        self, path: str, params: Mapping[str, str], name: str
    ) -> list[dict[str, Any]]:
        body = self._sender.get(path, params)
        found = body.get(name) if isinstance(body, dict) else None
        if not isinstance(found, list):
            raise self._sender.error(f"its answer has no {name}", retryable=True)
        return [each for each in found if isinstance(each, dict)]


def dedup_key(instance: str, incident: int) -> str:
    """Return the key of an incident: it stays, whatever becomes of its alerts.

    >>> dedup_key("prod", 41)
    'rbk:prod:41'
    """
    key = f"rbk:{instance}:{incident}"
    return (
        key if len(key) <= _KEY else f"rbk:{hashlib.sha256(key.encode()).hexdigest()}"
    )


def _alert(effect: Effect) -> Mapping[str, Any]:
    incident, block = effect.incident, effect.block
    details = dict(block.lines) if block else {}
    links = [
        {"href": web_address(url), "text": cut(one_line(words), 100) or "link"}
        for words, url in (block.links if block else ())
        if web_address(url)
    ]
    return {
        "payload": {
            "summary": cut(one_line(effect.text or incident.title), _SUMMARY)
            or "alert",
            "source": cut(one_line(incident.service or incident.source), 255)
            or "runbookkit",
            "severity": _SEVERITIES[incident.severity],
            "timestamp": incident.opened_at.isoformat(),
            "custom_details": {
                cut(one_line(name), 100): cut(plain(value), _DETAIL)
                for name, value in details.items()
            },
        },
        "client": "runbookkit",
        "links": links[:_LINKS],
    }


def _receipt(incident: Mapping[str, Any], *, found: bool = False) -> Receipt:
    refs = {"incident": str(incident.get("id", ""))}
    return Receipt(refs, web_address(str(incident.get("html_url") or "")), found)


def _digest(key: str) -> str:
    return f"runbookkit {hashlib.sha256(key.encode()).hexdigest()[:16]}"


def connect(
    config: Config,
    *,
    clock: Clock,  # noqa: ARG001  the shape of a notifier
    transport: Transport | None = None,
) -> PagerDuty:
    """Return the notifier of one service.

    Raises:
        ConfigError: There is no routing key, or an address is none.
    """
    return PagerDuty(config, transport)

"""Alertmanager: silences that name their incident, end some time, and end with it.

API: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from runbookkit.errors import NotifierError
from runbookkit.http import Endpoint, Transport
from runbookkit.model.base import Data
from runbookkit.model.effect import Effect, EffectKind, Receipt
from runbookkit.plaintext import cut, one_line
from runbookkit.ports import Clock
from runbookkit.sending import SECONDS, Sender

NAME: Final = "alertmanager"
_COMMENT: Final = 500
_AUTHOR: Final = 100
_AT_ONCE: Final = 4
"""Silences that one attempt ends: its lease ends some time."""
_SILENCES: Final = "/api/v2/silences"


@dataclass(frozen=True, slots=True)
class Config(Data):
    """An Alertmanager; of a cluster, one that all others hear."""

    endpoint: Endpoint
    longest_hours: float = 24.0
    """A silence that is asked for longer is made this long."""
    instance: str = "runbookkit"
    seconds: float = SECONDS


class Alertmanager:
    """Makes silences and ends them; see :class:`runbookkit.ports.Notifier`."""

    name = NAME

    def __init__(
        self, config: Config, clock: Clock, transport: Transport | None
    ) -> None:
        self._config = config
        self._clock = clock
        self._sender = Sender(
            NAME, config.endpoint, transport=transport, seconds=config.seconds
        )
        self._ways: Mapping[EffectKind, Callable[[Effect, int], Receipt]] = {
            "silence": self._silence,
            "end silences": self._end,
        }
        self.kinds: frozenset[EffectKind] = frozenset(self._ways)

    def perform(self, effect: Effect, attempt: int) -> Receipt:
        """Make a silence, or end all those of an incident.

        Raises:
            NotifierError: It was refused, or nobody knows whether it was taken.
        """
        return self._ways[effect.kind](effect, attempt)

    def silences(self, incident: int) -> list[Mapping[str, Any]]:
        """Return the silences of an incident that hold or will hold.

        Raises:
            NotifierError: They cannot be asked for.
        """
        found = self._sender.get(_SILENCES, {})
        if not isinstance(found, list):
            raise self._sender.error("its answer is no list", retryable=True)
        mark = self._mark(incident)
        return [
            each
            for each in found
            if mark in str(each.get("comment")).split()
            and (each.get("status") or {}).get("state") in {"active", "pending"}
        ]

    def _silence(self, effect: Effect, attempt: int) -> Receipt:
        now = self._clock.now()
        until = self._until(effect, now)
        if until <= now:
            return Receipt()  # it was asked for, and is over already
        known = _digest(effect.key)
        if attempt > 1:
            for each in self.silences(effect.incident.id):
                if known in str(each["comment"]).split():
                    return self._receipt(str(each["id"]), until, found=True)
        body = {
            "matchers": self._matchers(effect),
            "startsAt": now.isoformat(),
            "endsAt": until.isoformat(),
            "createdBy": cut(one_line(str(effect.data.get("author"))), _AUTHOR),
            "comment": self._comment(effect, known),
        }
        answer = self._sender.json_of(self._sender.post(_SILENCES, body))
        if not isinstance(answer, dict) or not answer.get("silenceID"):
            raise self._sender.error("its answer names no silence", retryable=True)
        return self._receipt(str(answer["silenceID"]), until)

    def _end(self, effect: Effect, attempt: int) -> Receipt:  # noqa: ARG002  what is over is over
        there = self.silences(effect.incident.id)
        for each in there[:_AT_ONCE]:
            number = quote(str(each["id"]), safe="")
            self._sender.send("DELETE", f"/api/v2/silence/{number}")
        if len(there) > _AT_ONCE:
            more = len(there) - _AT_ONCE
            raise self._sender.error(f"{more} more silences to end", retryable=True)
        return Receipt()

    def _until(self, effect: Effect, now: datetime) -> datetime:
        latest = now + timedelta(hours=self._config.longest_hours)
        try:
            asked = datetime.fromisoformat(str(effect.data.get("until")))
        except ValueError:
            asked = None
        if asked is None or asked.tzinfo is None:
            raise self._unable("a silence without an end is never made")
        return min(asked, latest)

    def _matchers(self, effect: Effect) -> list[Mapping[str, Any]]:
        labels = effect.data.get("labels")
        chosen = {
            str(name): str(value)
            for name, value in (labels.items() if isinstance(labels, Mapping) else ())
            if value
        }
        if not chosen:
            raise self._unable("a silence of everything is never made")
        return [
            {"name": name, "value": value, "isRegex": False, "isEqual": True}
            for name, value in sorted(chosen.items())
        ]

    def _comment(self, effect: Effect, known: str) -> str:
        why = cut(one_line(effect.text), _COMMENT)
        incident = effect.incident.id
        return f"{why} · incident {incident} · {self._mark(incident)} {known}"

    def _mark(self, incident: int) -> str:
        return f"rbk:{self._config.instance}:{incident}"

    def _receipt(self, number: str, until: datetime, *, found: bool = False) -> Receipt:
        url = f"{self._config.endpoint.url.rstrip('/')}/#/silences/{number}"
        return Receipt({f"silence {number}": until.isoformat()}, url, found)

    def _unable(self, message: str) -> NotifierError:
        return self._sender.error(message, retryable=False)


def _digest(key: str) -> str:
    return f"key:{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def connect(
    config: Config, *, clock: Clock, transport: Transport | None = None
) -> Alertmanager:
    """Return what makes silences in one Alertmanager.

    Raises:
        ConfigError: Its address is none.
    """
    return Alertmanager(config, clock, transport)

"""A webhook of one's own: every effect as signed JSON.

The body is signed with HMAC-SHA256 over ``<unix time>.<body>``, as ``t=…,v1=<hex>``.
``Idempotency-Key`` is the same for each attempt: a receiver that has seen it answers
2xx and does nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, get_args

from runbookkit.errors import ConfigError
from runbookkit.http import Endpoint, Transport
from runbookkit.model.base import Data
from runbookkit.model.effect import Effect, EffectKind, Receipt
from runbookkit.plaintext import cut, plain, web_address
from runbookkit.ports import Clock
from runbookkit.sending import SECONDS, Sender

NAME: Final = "webhook"
_TEXT: Final = 100_000
_ALL: Final[tuple[EffectKind, ...]] = get_args(EffectKind)


@dataclass(frozen=True, slots=True)
class Config(Data):
    """Where effects are sent, and what they are signed with."""

    endpoint: Endpoint
    key: str = field(repr=False)
    """Secret that bodies are signed with."""
    kinds: tuple[EffectKind, ...] = _ALL
    """What is sent; everything if left out."""
    instance: str = "runbookkit"
    seconds: float = SECONDS


class Webhook:
    """Sends effects to one address; see :class:`runbookkit.ports.Notifier`."""

    name = NAME

    def __init__(
        self, config: Config, clock: Clock, transport: Transport | None
    ) -> None:
        if not config.key:
            raise ConfigError(
                "webhook: bodies are signed; set RUNBOOK_NOTIFIERS__WEBHOOK__KEY"
            )
        self._config = config
        self._clock = clock
        self._sender = Sender(
            NAME, config.endpoint, transport=transport, seconds=config.seconds
        )
        self.kinds: frozenset[EffectKind] = frozenset(config.kinds)

    def perform(self, effect: Effect, attempt: int) -> Receipt:
        """Send an effect; whoever receives it tells attempts by their key.

        Raises:
            NotifierError: It was refused, or nobody knows whether it was taken.
        """
        body = json.dumps(_body(effect, attempt, self._config.instance)).encode()
        key = hashlib.sha256(effect.key.encode()).hexdigest()
        headers = {
            "idempotency-key": key,
            "x-runbookkit-signature": self._signature(body),
        }
        answer = self._sender.send("POST", "", body, headers)
        return Receipt(url=web_address(answer.headers.get("location", "")))

    def _signature(self, body: bytes) -> str:
        now = str(int(self._clock.now().timestamp()))
        signed = hmac.new(
            self._config.key.encode(), now.encode() + b"." + body, hashlib.sha256
        )
        return f"t={now},v1={signed.hexdigest()}"


def _body(effect: Effect, attempt: int, instance: str) -> Mapping[str, Any]:
    incident, block = effect.incident, effect.block
    return {
        "version": 1,
        "instance": instance,
        "key": effect.key,
        "kind": effect.kind,
        "at": effect.at.isoformat(),
        "attempt": attempt,
        "text": _text(effect.text),
        "thread": _text(effect.thread),
        "incident": {
            "id": incident.id,
            "status": incident.status,
            "severity": incident.severity,
            "title": _text(incident.title),
            "service": _text(incident.service),
            "source": incident.source,
            "opened_at": incident.opened_at.isoformat(),
            "firing": incident.firing,
            "total": incident.total,
            "runbook": _text(incident.runbook),
        },
        "status": _plain(asdict(block)) if block else None,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return {name: _plain(each) for name, each in value.items()}


def _text(text: str) -> str:
    return cut(plain(text), _TEXT)


def connect(
    config: Config, *, clock: Clock, transport: Transport | None = None
) -> Webhook:
    """Return the notifier of one address.

    Raises:
        ConfigError: It is no address, or there is no key.
    """
    return Webhook(config, clock, transport)

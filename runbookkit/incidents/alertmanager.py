"""What Alertmanager sends, put into our words.

A webhook is the whole state of a group, sent at least once, in no order across
instances, without signature, number or time of sending. The identity of an alert
is its fingerprint within its source: ``startsAt`` moves and repeats, ``groupKey``
changes when a route is edited.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from runbookkit.errors import DeliveryError
from runbookkit.model.alert import AlertStatus, Delivery, SeenAlert
from runbookkit.model.listed import ListedAlert
from runbookkit.plaintext import without_nul

if TYPE_CHECKING:
    from pydantic import ValidationError

    from runbookkit.incidents.payload import WireAlert, WireDelivery

MOST_ALERTS: Final = 10_000
MOST_LABELS: Final = 64
LONGEST_NAME: Final = 256
LONGEST_VALUE: Final = 4096
_FINGERPRINT: Final = re.compile(r"[0-9A-Za-z._:\-]{1,128}")
_QUOTED: Final = re.compile(r"\\(.)", re.DOTALL)
_FNV_OFFSET: Final = 14_695_981_039_346_656_037
_FNV_PRIME: Final = 1_099_511_628_211
_STATUS: Final[Mapping[str, AlertStatus]] = {
    "firing": "firing",
    "resolved": "resolved",
}
_NEVER: Final = 1
"""The year that Go writes for a time that is not set."""


def parse(source: str, body: bytes, received_at: datetime) -> Delivery:
    """Read the body of a webhook, version 4.

    Args:
        source: Name of the configured source that sent it.
        body: As it came; the caller bounds its size.
        received_at: Aware UTC.

    Raises:
        DeliveryError: It is no such body; the message says what is wrong with it.
    """
    from pydantic import ValidationError  # noqa: PLC0415  slow to load

    from runbookkit.incidents.payload import WireDelivery  # noqa: PLC0415  slow to load

    try:
        wire = WireDelivery.model_validate_json(without_nul(body))
    except ValidationError as error:
        raise DeliveryError(_said(error)) from error
    if wire.version is not None and str(wire.version) != "4":
        raise DeliveryError(
            f"webhook: version {str(wire.version)[:20]!r}, not 4; send Alertmanager's"
            " own format"
        )
    count = len(wire.alerts or ())
    if count > MOST_ALERTS:
        raise DeliveryError(
            f"webhook: {count} alerts, at most {MOST_ALERTS} are taken; set max_alerts,"
            " or group by more labels"
        )
    return Delivery(
        source=source,
        receiver=_QUOTED.sub(r"\1", wire.receiver)[:LONGEST_NAME],
        alerts=_alerts(wire, received_at),
        received_at=received_at,
        digest=hashlib.sha256(body).hexdigest(),
        group_key=wire.group_key[:LONGEST_VALUE],
        group_labels=_bounded(wire.group_labels or {})[0],
        truncated=max(wire.truncated or 0, 0),
        external_url=wire.external_url[:LONGEST_VALUE],
        reason=wire.reason[:LONGEST_NAME],
    )


def parse_listed(source: str, body: bytes, now: datetime) -> tuple[ListedAlert, ...]:
    """Read the answer to ``GET /api/v2/alerts``: every alert that has not ended.

    Raises:
        DeliveryError: It is no such answer.
    """
    from pydantic import ValidationError  # noqa: PLC0415  slow to load

    from runbookkit.incidents.payload import LISTED  # noqa: PLC0415  slow to load

    try:
        wires = LISTED.validate_json(without_nul(body))
    except ValidationError as error:
        raise DeliveryError(f"{source}: {_said(error)}") from error
    return tuple(
        ListedAlert(
            replace(_alert(wire, "firing", now), ends_at=None),
            suppressed=wire.state.state == "suppressed",
        )
        for wire in wires
    )


def fingerprint(labels: Mapping[str, str]) -> str:
    """Return what Alertmanager calls a set of labels (prometheus/common model/fnv.go).

    >>> fingerprint({"alertname": "Watchdog"})
    '003b0a0f7d3fa569'
    """
    value = _FNV_OFFSET
    for name in sorted(labels, key=str.encode):
        text = name.encode() + b"\xff" + labels[name].encode() + b"\xff"
        for byte in text:
            value = (value ^ byte) * _FNV_PRIME & 0xFFFF_FFFF_FFFF_FFFF
    return f"{value:016x}"


def _alerts(wire: WireDelivery, now: datetime) -> tuple[SeenAlert, ...]:
    """Return each alert once; of two that contradict each other the one that fires."""
    seen: dict[str, SeenAlert] = {}
    for each in wire.alerts or ():
        alert = _alert(each, _status(each.status or wire.status), now)
        other = seen.get(alert.fingerprint)
        if other is None or other.status == "resolved":
            seen[alert.fingerprint] = alert
    return tuple(seen.values())


def _alert(wire: WireAlert, status: AlertStatus, now: datetime) -> SeenAlert:
    labels, cut = _bounded(wire.labels or {})
    annotations, cut_too = _bounded(wire.annotations or {})
    name = wire.fingerprint
    if not _FINGERPRINT.fullmatch(name):
        name = fingerprint(_texts(wire.labels or {}))
    return SeenAlert(
        name,
        status,
        labels,
        _moment(wire.starts_at) or now,
        (_moment(wire.ends_at) or now) if status == "resolved" else None,
        annotations,
        wire.generator_url[:LONGEST_VALUE],
        cut=cut or cut_too,
    )


def _status(text: str) -> AlertStatus:
    status = _STATUS.get(text.lower())
    if status is None:
        raise DeliveryError(
            f"webhook: an alert with status {text[:20]!r}; firing and resolved are known"
        )
    return status


def _bounded(values: dict[str, Any]) -> tuple[dict[str, str], bool]:
    """Return texts within the bounds, and whether something was cut."""
    if len(values) <= MOST_LABELS and _fits(values):
        return values, False
    texts = _texts(values)
    # what decisions look at comes before what is only shown
    names = sorted(texts, key=lambda name: (name not in _FIRST, name))[:MOST_LABELS]
    bounded = {name[:LONGEST_NAME]: texts[name][:LONGEST_VALUE] for name in names}
    return bounded, bounded != texts


def _fits(values: Mapping[str, Any]) -> bool:
    for name, value in values.items():
        if type(value) is not str or len(value) > LONGEST_VALUE:
            return False
        if len(name) > LONGEST_NAME:
            return False
    return True


_FIRST: Final = frozenset({"alertname", "severity", "service", "cluster", "namespace"})


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in values.items()
    }


def _moment(text: str) -> datetime | None:
    """Return a time; None for the one that means "not set", or for none at all.

    An alert whose time cannot be read is still an alert.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.year == _NEVER or moment.year >= 9999:
        return None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


def _said(error: ValidationError) -> str:
    problems: Sequence[Any] = error.errors(include_url=False, include_input=False)
    first = problems[0]
    place = ".".join(str(part) for part in first["loc"]) or "body"
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"webhook: {place}: {first['msg']}{more}"

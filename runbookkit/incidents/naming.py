"""What an alert means for its incident: key, title, severity, service, runbook."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote

from runbookkit.errors import UsageError
from runbookkit.model.alert import SeenAlert
from runbookkit.model.incident import Severity
from runbookkit.model.policy import SEVERITIES, Policy

LONGEST_TITLE: Final = 200
_LONGEST_KEY: Final = 300
_SAFE: Final = re.compile(r"[A-Za-z0-9_.~-]*")
STORM: Final = "storm"
DEAD_MAN: Final = "dead-man"
"""Fingerprint of our own alert that a source is silent."""


def key_of(
    source: str,
    labels: Mapping[str, str],
    group_labels: Mapping[str, str],
    policy: Policy,
) -> str:
    """Return what identifies the incident that an alert belongs to.

    >>> labels = {"alertname": "Slow", "service": "shop/eu"}
    >>> key_of("prod", labels, {"cluster": "a"}, Policy())
    'prod?cluster=a&service=shop%2Feu'
    """
    chosen = [
        (name, value)
        for name in policy.key_labels
        if (value := labels.get(name) or group_labels.get(name))
    ]
    chosen = chosen or [("alertname", labels.get("alertname", ""))]
    key = "&".join(f"{name}={_quoted(value)}" for name, value in chosen)
    if len(key) > _LONGEST_KEY:
        key = hashlib.sha256(key.encode()).hexdigest()
    return f"{source}?{key}"


class Keys:
    """Keys of the incidents of one webhook: most of its alerts share theirs."""

    def __init__(
        self, source: str, group_labels: Mapping[str, str], policy: Policy
    ) -> None:
        self._source = source
        self._group_labels = group_labels
        self._policy = policy
        self._names = ("alertname", *policy.key_labels)
        self._known: dict[tuple[str | None, ...], str] = {}

    def of(self, labels: Mapping[str, str]) -> str:
        """Return the key of the incident that an alert belongs to."""
        values = tuple(map(labels.get, self._names))
        key = self._known.get(values)
        if key is None:
            key = key_of(self._source, labels, self._group_labels, self._policy)
            self._known[values] = key
        return key


def own_key(what: str, source: str) -> str:
    """Return the key of an incident that no alert of the sender stands for."""
    return f"{source}#{what}"


def severity_of(labels: Mapping[str, str], policy: Policy) -> Severity:
    """Return how bad an alert is, by the house's own words for it."""
    return graded(labels.get(policy.severity_label, ""), policy)


def graded(said: str, policy: Policy) -> Severity:
    """Return the severity that the house means by a word."""
    return policy.severities.get(said.lower(), policy.severity_default)


def worst(severities: Iterable[Severity]) -> Severity:
    """Return the worst of some severities."""
    return max(severities, key=SEVERITIES.index, default="info")


def at_least(severity: Severity, bound: Severity) -> bool:
    """Return whether a severity is a bound or worse."""
    return SEVERITIES.index(severity) >= SEVERITIES.index(bound)


def name_of(labels: Mapping[str, str]) -> str:
    """Return what an alert is called; one line of plain text."""
    return plain(labels.get("alertname", "")) or "alert without a name"


def title_of(alert: SeenAlert, policy: Policy) -> str:
    """Return a title for the incident that an alert opens."""
    where = " ".join(
        plain(alert.labels[name]) for name in policy.key_labels if name in alert.labels
    )
    name = name_of(alert.labels)
    return (f"{name}: {where}" if where else name)[:LONGEST_TITLE]


def service_of(labels: Mapping[str, str], policy: Policy) -> str:
    """Return the service that an alert is about; empty when it does not say."""
    return _first(labels, policy.service_labels)


def slo_of(labels: Mapping[str, str], policy: Policy) -> str:
    """Return the objective that an alert is about; empty when it does not say."""
    return _first(labels, policy.slo_labels)


def runbook_of(alert: SeenAlert, policy: Policy) -> str:
    """Return the handbook's runbook for an alert, else the address that it names."""
    path = policy.runbooks.get(alert.labels.get("alertname", ""), "")
    return path or plain(alert.annotations.get("runbook_url", ""))


def plain(text: str) -> str:
    r"""Return one line without control characters.

    >>> plain("a\x00b\r\nc")
    'a b c'
    """
    if text.isprintable():
        return text
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _quoted(value: str) -> str:
    return value if _SAFE.fullmatch(value) else quote(value, safe="")


def _first(labels: Mapping[str, str], names: Iterable[str]) -> str:
    found = next((labels[name] for name in names if labels.get(name)), "")
    return plain(found)[:LONGEST_TITLE]


def number_of(name: str) -> int:
    """Return the number of an incident that somebody names.

    Raises:
        UsageError: It is no name of an incident.

    >>> number_of("INC-12"), number_of("#12"), number_of("12")
    (12, 12, 12)
    """
    digits = name.upper().removeprefix("INC-").removeprefix("#")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 15:
        raise UsageError(f"{name!r} is no incident; write 12 or INC-12")
    return int(digits)

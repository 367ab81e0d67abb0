"""What happened, in the words of the timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

_NAMES: Final = 3
"""Alerts that are named; the others are counted."""


def worded(kind: str, data: Mapping[str, Any]) -> str:
    """Return one line of plain text about an event.

    A text that the event brings itself comes first.
    """
    if kind in _WORDS:
        return _WORDS[kind](data)
    said = str(data.get("text") or data.get("summary") or data.get("error") or "")
    return f"{kind}: {said}" if said else kind


def _alerts(data: Mapping[str, Any]) -> str:
    alerts = data.get("alerts", ())
    count = int(data.get("count", len(alerts)))
    names = list(dict.fromkeys(str(alert.get("name", "")) for alert in alerts))
    shown = ", ".join(names[:_NAMES])
    if count == 1:
        return shown
    more = "" if len(names) <= _NAMES else ", …"
    return f"{count} alerts ({shown}{more})"


def _reason(verb: str) -> Callable[[Mapping[str, Any]], str]:
    def words(data: Mapping[str, Any]) -> str:
        reason = str(data.get("reason", ""))
        return f"{verb}: {reason}" if reason else verb

    return words


_WORDS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "incident opened": lambda data: (
        f"opened: {data.get('title', '')} ({data.get('severity', '')})"
    ),
    "incident acknowledged": _reason("acknowledged"),
    "incident mitigated": _reason("mitigated"),
    "incident resolved": _reason("resolved"),
    "incident reopened": _reason("reopened"),
    "incident reviewed": _reason("reviewed"),
    "incident merged": lambda data: (
        f"merged into incident {data['into']}"
        if "into" in data
        else f"incident {data.get('from', '')} was merged into this one"
    ),
    "incident split": lambda data: (
        f"{_alerts(data)} went to incident {data['to']}"
        if "to" in data
        else f"{_alerts(data)} came from incident {data.get('from', '')}"
    ),
    "severity changed": lambda data: (
        f"severity {data.get('from', '')} → {data.get('to', '')}"
    ),
    "title changed": lambda data: f"title: {data.get('to', '')}",
    "role taken": lambda data: (
        f"{data.get('person', '') or 'nobody'} is {data.get('role', '')}"
    ),
    "alert firing": lambda data: f"{_alerts(data)} firing",
    "alert fired again": lambda data: f"{_alerts(data)} firing again",
    "alert resolved": lambda data: f"{_alerts(data)} resolved",
    "alert stale": lambda data: f"{_alerts(data)}: a resolve of an earlier episode",
    "alerts truncated": lambda data: (
        f"the sender left {data.get('left_out', 0)} alerts out"
    ),
    "state unknown": _reason("nobody can say whether its alerts still fire"),
    "state known": _reason("known again whether its alerts fire"),
    "gap found": lambda data: f"{data.get('what', 'gap')}: {_alerts(data)}",
    "asked again": lambda data: f"{data.get('command', '')}: it was so already",
    "note added": lambda data: str(data.get("text", "")),
    "deploy seen": lambda data: str(data.get("text") or "deploy"),
}

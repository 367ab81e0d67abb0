"""Incidents as text: one line each, or one with its timeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from runbookkit.app.transcripts.visible import visible
from runbookkit.model.incident import AlertRow, IncidentRow
from runbookkit.model.incident_view import MOST_SHOWN, IncidentView
from runbookkit.model.timeline import Entry


def listed(rows: Sequence[IncidentRow], now: datetime) -> str:
    """Return one line for each incident, in columns."""
    if not rows:
        return "no incidents\n"
    cells = [
        (
            f"#{row.id}",
            row.status,
            row.severity,
            f"{row.firing}/{row.total}",
            since(row.opened_at, row.resolved_at or now),
            visible(row.service),
            one_line(row.title),
        )
        for row in rows
    ]
    widths = [max(len(line[at]) for line in cells) for at in range(6)]
    return "".join(
        "  ".join(
            [
                *(
                    f"{text:<{width}}"
                    for text, width in zip(line, widths, strict=False)
                ),
                line[-1],
            ]
        ).rstrip()
        + "\n"
        for line in cells
    )


def shown(view: IncidentView, now: datetime, *, everything: bool) -> str:
    """Return an incident with its alerts and its story, or all that happened."""
    entries = view.activity if everything else view.timeline
    parts = (
        _head(view.incident, now),
        [""],
        _alerts(view.alerts),
        _left_out(view),
        ["", "Activity" if everything else "Timeline"],
        _story(entries),
    )
    return "".join(f"{line}\n" for part in parts for line in part)


def since(start: datetime, end: datetime) -> str:
    """Return how long something lasts, in its two largest units.

    >>> from datetime import datetime
    >>> since(datetime(2026, 1, 1), datetime(2026, 1, 2, 3, 4))
    '1d3h'
    """
    left = max(end - start, timedelta())
    days, hours = left.days, left.seconds // 3600
    minutes, seconds = left.seconds // 60 % 60, left.seconds % 60
    if days:
        return f"{days}d{hours}h"
    if hours:
        return f"{hours}h{minutes}m"
    return f"{minutes}m" if minutes else f"{seconds}s"


def one_line(text: str) -> str:
    """Return a text on one line, with nothing hidden in it."""
    return " ".join(visible(text).split())


def _head(row: IncidentRow, now: datetime) -> Iterator[str]:
    yield f"#{row.id} {one_line(row.title)}"
    lasts = since(row.opened_at, row.resolved_at or now)
    yield f"{row.status} · {row.severity} · {lasts} · {row.firing}/{row.total} firing"
    if row.merged_into:
        yield f"merged into #{row.merged_into}"
    if row.unknown_since:
        yield f"unknown since {_time(row.unknown_since)}: nobody could be asked"
    if row.incomplete:
        yield "the sender leaves alerts out"
    for name, value in (("service", row.service), ("objective", row.slo)):
        if value:
            yield f"{name}: {one_line(value)}"
    if row.runbook:
        yield f"runbook: {one_line(row.runbook)}"
    roles = row.data.get("roles", {})
    for role, person in roles.items() if isinstance(roles, dict) else ():
        yield f"{one_line(str(role))}: {one_line(str(person))}"


def _left_out(view: IncidentView) -> Iterator[str]:
    """Say what a server did not send of an incident that is very large."""
    events, alerts, row = len(view.activity), len(view.alerts), view.incident
    if alerts == MOST_SHOWN < row.total:
        yield f"  not everything: {alerts} of {row.total} alerts"
    if events < row.sequence:
        yield f"  not everything: the newest {events} of {row.sequence} events"


def _alerts(alerts: Iterable[AlertRow]) -> Iterator[str]:
    yield "Alerts"
    for alert in alerts:
        name = one_line(alert.labels.get("alertname", alert.fingerprint))
        labels = ", ".join(
            f"{one_line(label)}={one_line(value)}"
            for label, value in alert.labels.items()
            if label != "alertname"
        )
        yield f"  {alert.status:<8}  {name}  {labels}".rstrip()


def _story(entries: Iterable[Entry]) -> Iterator[str]:
    for entry in entries:
        who = " · ".join(one_line(each) for each in (entry.actor, entry.source) if each)
        head = f"  {_time(entry.at)}  {entry.id:<4}"
        yield f"{head}  {one_line(entry.text)}{f'  ({who})' if who else ''}"
        if entry.edited_by:
            before = one_line(entry.original)
            yield f"{' ' * len(head)}  edited by {one_line(entry.edited_by)}; before: {before}"


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%SZ")

"""Examples of what is printed of incidents."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter

from runbookkit.model.incident import AlertRow, IncidentRow
from runbookkit.model.incident_view import IncidentList, IncidentView
from runbookkit.model.timeline import Entry

_START = datetime(2026, 11, 20, 12, tzinfo=UTC)
_INCIDENT = IncidentRow(
    41,
    "prod/eu-1/shop/checkout",
    "acknowledged",
    "critical",
    "CheckoutErrorBudgetBurn: eu-1 checkout",
    _START,
    _START.replace(minute=2),
    3,
    source="prod",
    service="checkout",
    runbook="ops-handbook/runbooks/checkout-burn.md",
    firing=1,
    total=1,
    data={"roles": {"incident commander": "ada"}},
)
_ALERT = AlertRow(
    "prod",
    "7a16d47ee08b0a63",
    "firing",
    {"alertname": "CheckoutErrorBudgetBurn", "service": "checkout"},
    _START,
    _START,
    41,
    _START,
)
_ENTRY = Entry(
    "e1",
    _START,
    _START,
    "incident opened",
    "opened: CheckoutErrorBudgetBurn: eu-1 checkout (critical)",
    source="alertmanager:prod",
    curated=True,
)


def incident() -> Any:
    """Return one incident."""
    return TypeAdapter(IncidentRow).dump_python(_INCIDENT, mode="json")


def incidents() -> Any:
    """Return a list of one incident."""
    return TypeAdapter(IncidentList).dump_python(
        IncidentList((_INCIDENT,)), mode="json"
    )


def incident_view() -> Any:
    """Return an incident with its alert and its timeline."""
    view = IncidentView(_INCIDENT, (_ALERT,), (_ENTRY,), (_ENTRY,))
    return TypeAdapter(IncidentView).dump_python(view, mode="json")

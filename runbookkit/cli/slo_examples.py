"""Examples of what has a published schema: error budgets and what incidents cost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pydantic import TypeAdapter

from runbookkit.model.impact import (
    BudgetStatus,
    BurnRate,
    Gap,
    Impact,
    LabelImpact,
    Measured,
    SloStatus,
)
from runbookkit.model.observation import Links
from runbookkit.model.review import (
    BudgetSpend,
    Review,
    ReviewedPage,
    ReviewNumbers,
)
from runbookkit.model.timeline import Spread

_AT: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
_LINKS: Final = Links("http://127.0.0.1:9090/graph?g0.expr=up")


def slo_status() -> Any:
    """Return a budget that burns."""
    ratio = Measured(0.00026, "sum(rate(e[30d])) / sum(rate(t[30d]))", _AT, _LINKS)
    hour = Measured(0.0144, "sum(rate(e[1h])) / sum(rate(t[1h]))", _AT, _LINKS)
    budget = BudgetStatus(
        "checkout-availability",
        0.999,
        "30d",
        0.74,
        ratio,
        (BurnRate("1h", 14.4, hour),),
        133_200.0,
        (Gap(_AT - timedelta(hours=7), _AT - timedelta(hours=6)),),
        0.9986,
        ("there is data for 99.9% of the window only",),
    )
    return TypeAdapter(Any).dump_python(SloStatus(_AT, (budget,)), mode="json")


def review() -> Any:
    """Return a week with one page that mattered."""
    quick = Spread(timedelta(minutes=2), timedelta(minutes=4), 1, 0)
    numbers = ReviewNumbers(1, 0, 1, 1, 3, 0, 4, 0, quick, quick, quick)
    page = ReviewedPage(
        41,
        _AT - timedelta(days=2),
        ("CheckoutAvailabilityBudgetFastBurn",),
        "yes",
        0.0444,
        ("Charge through the standby provider",),
        "checkout-budget-fast-burn.md",
        "stop",
    )
    spend = BudgetSpend("checkout-availability", page.alerts[0], 0.0444, 0.74)
    start = _AT - timedelta(days=7)
    found = Review(start, _AT, numbers, numbers, (page,), (spend,), ())
    return TypeAdapter(Any).dump_python(found, mode="json")


def impact() -> Any:
    """Return what twenty minutes of failing checkouts cost."""

    def measured(value: float, query: str) -> Measured:
        return Measured(value, query, _AT, _LINKS)

    found = Impact(
        "checkout-availability",
        0.999,
        2_592_000.0,
        _AT - timedelta(minutes=20),
        _AT,
        measured(0.082, "sum(rate(e[20m])) / sum(rate(t[20m]))"),
        measured(2400.0, "(sum(rate(e[20m]))) * 1200"),
        measured(29_268.0, "(sum(rate(t[20m]))) * 1200"),
        2370.0,
        2430.0,
        measured(54_000_000.0, "(sum(rate(t[30d]))) * 2592000"),
        0.0444,
        0.784,
        0.74,
        82.0,
        23_391.0,
        (),
        1.0,
        (LabelImpact("route", "/cart", 2400.0, 9000.0, 0.0444),),
    )
    return TypeAdapter(Any).dump_python(found, mode="json")

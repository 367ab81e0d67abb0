from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from houses import LABELS, NOON, House
from runbookkit.app.review_text import review_page, write_review
from runbookkit.app.reviewing import review
from runbookkit.model.impact import Impact, Measured
from runbookkit.model.observation import Links
from runbookkit.model.options import Configuration
from runbookkit.model.review import Review
from runbookkit.settings import Loaded

WEEK = timedelta(days=7)
LOADED = Loaded(Configuration(), ".")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.store.close()


def impact(ratio: float, spent: float) -> dict[str, object]:
    measured = Measured(ratio, "q", NOON, Links())
    found = Impact("shop-orders", 0.999, 1.0, NOON, NOON, measured, spent=spent)
    plain: dict[str, object] = TypeAdapter(Impact).dump_python(found, mode="json")
    return plain


def incident(house: House, minutes: float, name: str, severity: str = "page") -> int:
    labels = {**LABELS, "service": name, "alertname": name, "severity": severity}
    return house.alert(minutes, labels=labels, fingerprint=name)


def looked_back(house: House) -> Review:
    return review(house.store, LOADED, NOON, NOON + WEEK)


def test_pages_are_counted_by_what_they_were_good_for(house: House) -> None:
    harmful, idle = incident(house, 0, "harmful"), incident(house, 60, "idle")
    incident(house, 90, "ticket", "ticket")
    for number in (harmful, idle):
        house.event(number, 100 + number, "page sent")
    house.event(harmful, 110, "impact computed", impact=impact(0.2, 0.05))
    house.event(idle, 111, "impact computed", impact=impact(0.0001, 0.0))
    house.command("mitigate", harmful, 120, text="went over to the standby")

    numbers = looked_back(house).numbers

    assert (numbers.pages, numbers.tickets, numbers.alerts) == (2, 1, 3)
    assert (numbers.with_impact, numbers.acted_on) == (1, 1)
    assert numbers.alerts_per_page == 1.5


def test_a_page_that_was_not_measured_is_unknown_not_harmless(house: House) -> None:
    house.event(incident(house, 0, "a"), 1, "page sent")

    (page,) = looked_back(house).pages

    assert (page.impact, page.spent, page.outcome) == ("unknown", None, "no run")


def test_medians_leave_out_what_is_not_known_and_say_so(house: House) -> None:
    for minutes, answered in ((0, 4), (60, 62), (120, None)):
        number = incident(house, minutes, f"a{minutes}")
        house.event(number, minutes, "page sent")
        if answered is not None:
            house.command("acknowledge", number, answered)

    found = looked_back(house).numbers.to_acknowledge

    assert (found.median, found.known, found.unknown) == (timedelta(minutes=2), 2, 1)


def test_spend_is_told_by_cause(house: House) -> None:
    for minutes, name, spent in ((0, "b", 0.01), (60, "c", 0.03)):
        number = incident(house, minutes, name)
        house.event(number, minutes, "impact computed", impact=impact(0.2, spent))

    found = looked_back(house).budgets

    assert [(each.cause, each.spent) for each in found] == [("c", 0.03), ("b", 0.01)]


def test_the_week_before_is_compared(house: House) -> None:
    house.event(incident(house, -1000, "before"), -999, "page sent")

    found = looked_back(house)

    assert (found.numbers.pages, found.before.pages) == (0, 1)


def test_failed_notifications_and_missing_runbooks_are_told(house: House) -> None:
    number = incident(house, 0, "a")
    house.event(number, 1, "page failed", error="no route")
    house.event(number, 2, "effect failed", error="no channel")

    found = looked_back(house)

    assert found.numbers.failed_notifications == 2
    assert found.runbooks == ("INC-1: no runbook was followed for a",)


def test_the_webhook_lag_is_from_the_alerts_own_start(house: House) -> None:
    incident(house, 0, "a")

    found = looked_back(house).numbers.webhook_lag

    assert found.median == timedelta(minutes=5)


def test_labels_cannot_leave_their_cell(house: House) -> None:
    evil = "a | <!channel> `x`"
    house.event(incident(house, 0, evil), 1, "page sent")

    text = review_page(looked_back(house)).text

    (row,) = (line for line in text.splitlines() if line.startswith("| 2026"))
    assert row.replace("\\|", "").count("|") == 7
    assert "<!channel>" not in row


def test_what_the_room_decided_stays(house: House, tmp_path: Path) -> None:
    number = incident(house, 0, "a")
    house.event(number, 1, "page sent")
    file, _ = write_review(looked_back(house), tmp_path)
    decided = (
        file.read_text() + "| demote `a` | process | team-shop | 2026-12-01 | S-1 |\n"
    )
    file.write_text(decided)
    house.event(incident(house, 60, "b"), 61, "page sent")

    again, page = write_review(looked_back(house), tmp_path)

    assert again == file
    assert "demote `a`" in page.text
    assert "| b (INC-2) |" in page.text

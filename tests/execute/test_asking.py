"""From a step to what its engine is asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from execute.books import book, query
from execute.fakes import NOON
from runbookkit.errors import SessionError
from runbookkit.execute.asking import ask_of, is_bound
from runbookkit.model.answer import Ask, Window
from runbookkit.queries.quoting import render

INPUTS = "inputs:\n  host:\n    description: h\n    default: a\n"


def asked(lead: str, **names: object) -> Ask:
    step = book(query("Ask", "up", "value > 0", lead=lead), INPUTS).steps[0]
    return ask_of(step, names, NOON, render)


def test_a_window_ends_now_or_at_the_time_that_is_said() -> None:
    hour = timedelta(hours=1)

    assert asked(", over the last 1h").window == Window(NOON - hour, NOON)
    at = asked(", over the last 1h, at 2026-11-20T10:00:00Z")
    assert at.window == Window(NOON - 3 * hour, NOON - 2 * hour)


def test_a_time_without_a_zone_is_utc_and_what_is_no_time_is_refused() -> None:
    assert asked(", at 2026-11-20T12:00:00").at == NOON
    with pytest.raises(SessionError, match="is no time"):
        asked(", at noon")


def test_a_step_has_the_time_that_it_says_and_else_what_its_kind_needs() -> None:
    assert asked(", within 5s").timeout == timedelta(seconds=5)
    assert asked("").timeout == timedelta(seconds=30)
    assert asked(", for 30s").timeout == timedelta(seconds=90)


def test_a_host_takes_values_and_nothing_but_hosts() -> None:
    assert asked(", on {{ host }}", host="web-1").host == "web-1"


def test_a_step_by_hand_asks_nothing() -> None:
    step = book("### Look\n\nLook.\n").steps[0]

    with pytest.raises(SessionError, match="has no action"):
        ask_of(step, {}, NOON, render)


def test_a_dotted_name_is_bound_when_all_of_it_is() -> None:
    names = {"labels": {"pod": "a"}, "x": None}

    assert is_bound("labels.pod", names)
    assert is_bound("x", names)
    assert not is_bound("labels.host", names)
    assert not is_bound("x.y", names)

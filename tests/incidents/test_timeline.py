from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from runbookkit.incidents.timeline import activity, chain, curated
from runbookkit.model.event import Event

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def event(sequence: int, kind: str, minutes: float = 0, **data: object) -> Event:
    at = NOON + timedelta(minutes=minutes)
    fields: Mapping[str, Any] = data
    return Event(sequence, "incident/1", sequence, kind, at, NOON, fields, "kim", "web")


OPENED = event(1, "incident opened", title="Slow", severity="high")
POSTED = event(2, "message posted", text="it is the cache")
NOTED = event(3, "note added", -5, text="deploy began")


def test_activity_holds_everything_in_the_order_it_was_kept() -> None:
    entries = activity([OPENED, POSTED, NOTED])

    assert [entry.id for entry in entries] == ["e1", "e2", "e3"]
    assert entries[0].text == "opened: Slow (high)"
    assert entries[1].text == "message posted: it is the cache"


def test_the_story_is_ordered_by_its_own_times_and_leaves_chat_out() -> None:
    story = curated([OPENED, POSTED, NOTED])

    assert [entry.id for entry in story] == ["e3", "e1"]


def test_what_is_promoted_joins_the_story_and_what_is_demoted_leaves_it() -> None:
    story = curated(
        [
            OPENED,
            POSTED,
            NOTED,
            event(4, "entry promoted", entry="e2"),
            event(5, "entry demoted", entry="e3"),
        ]
    )

    assert [entry.id for entry in story] == ["e1", "e2"]


def test_an_edit_changes_the_story_and_keeps_the_original() -> None:
    later = (NOON + timedelta(minutes=3)).isoformat()
    edits = [
        event(4, "entry edited", entry="e3", text="deploy of shop began"),
        event(5, "entry edited", entry="e3", text="", at=later),
    ]

    entry = curated([OPENED, POSTED, NOTED, *edits])[-1]

    assert (entry.text, entry.original) == ("deploy of shop began", "deploy began")
    assert entry.at == NOON + timedelta(minutes=3)
    assert entry.edited_by == "kim"
    assert activity([NOTED])[0].text == "deploy began"


def test_an_edit_of_nothing_changes_nothing() -> None:
    assert curated([OPENED, event(2, "entry edited", entry="e9", text="x")]) == curated(
        [OPENED]
    )


def test_a_change_of_the_past_changes_every_digest_after_it() -> None:
    kept = chain([OPENED, POSTED, NOTED])

    changed = chain([OPENED, replace(POSTED, data={"text": "it is not"}), NOTED])

    assert kept[0] == changed[0]
    assert kept[1] != changed[1]
    assert kept[2] != changed[2]


def test_a_time_ahead_of_ours_is_marked() -> None:
    entries = activity([OPENED, event(2, "note added", 2, text="from the future")])

    assert [entry.ahead for entry in entries] == [False, True]

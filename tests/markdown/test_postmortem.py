from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from runbookkit.markdown.postmortem import parse_postmortem, parse_time
from runbookkit.markdown.template import parse_template
from runbookkit.model.postmortem import Postmortem

PATH = Path(__file__).parents[2] / "meta" / "postmortem-template.md"
TEMPLATE = parse_template(PATH.read_text(encoding="utf-8"), PATH.name)


def read(body: str) -> Postmortem:
    return parse_postmortem(f"# T\n\n{body}", "a.md", TEMPLATE)


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("2026-10-06T14:02:00Z", 14, 2),
        ("2026-10-06T14:02:00.123Z", 14, 2),
        ("2026-10-06 14:02 UTC", 14, 2),
        ("`2026-10-06 14:02Z`", 14, 2),
        ("2026-10-06T16:02:00+02:00", 14, 2),
        ("2026-10-06T08:32:00-0530", 14, 2),
    ],
)
def test_a_time_with_a_zone_is_read(text: str, hour: int, minute: int) -> None:
    assert parse_time(text) == datetime(2026, 10, 6, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-06 14:02",
        "2026-10-06 14:02 CET",
        "2026-10-06 HH:mm",
        "2026-13-06T14:02:00Z",
        "2026-10-06T14:02:00+99:00",
        "0001-01-01T00:00:00+14:00",
        "14:02",
        "",
    ],
)
def test_any_other_time_is_not_guessed(text: str) -> None:
    assert parse_time(text) is None


def test_the_head_of_a_column_may_name_the_zone() -> None:
    body = """\
## Timeline

| Time (UTC) | Event | Source |
|---|---|---|
| 2026-10-06 14:02 | It began | alert |
"""

    (row,) = read(body).timeline

    assert row.at == datetime(2026, 10, 6, 14, 2, tzinfo=UTC)
    assert (row.places["time"].line, row.places["time"].column) == (7, 3)


def test_a_table_of_numbers_before_the_timeline_does_not_hide_it() -> None:
    body = """\
## Timeline

| measure | value |
|---|---|
| duration | 40 min |

| source | event | time |
|---|---|---|
| alert | It *began* | 2026-10-06T14:02:00Z |
"""

    (row,) = read(body).timeline

    assert (row.event, row.source) == ("It *began*", "alert")


def test_action_items_are_typed() -> None:
    body = """\
## Action items

| Action | Kind | Owner | Due | Tracking |
|---|---|---|---|---|
| Compare limits | `Prevent` | team-a | 2026-10-20 | OBS-1 |
| Think | | | 2026-02-30 | |
"""

    first, second = read(body).actions

    assert (first.kind, first.due_on) == ("prevent", date(2026, 10, 20))
    assert (second.kind, second.due, second.due_on) == ("", "2026-02-30", None)
    assert second.places["owner"].line == 8


def test_a_document_without_tables_has_no_rows() -> None:
    postmortem = read("## Timeline\n\nNothing yet.\n")

    assert (postmortem.timeline, postmortem.actions) == ((), ())

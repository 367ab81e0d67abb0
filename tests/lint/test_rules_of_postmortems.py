from __future__ import annotations

from datetime import date

import pytest

from lint.examples import lint_files
from lint.postmortems import (
    CLEAN,
    actions,
    completed,
    found,
    messages,
    timeline,
    with_keys,
)
from runbookkit.lint.fixes import apply_fixes
from runbookkit.lint.registry import all_rules, rule_of


def test_the_clean_postmortem_is_clean() -> None:
    linted = lint_files({"a.md": CLEAN}, all_rules())

    postmortem = [each for each in linted.findings if each.code.startswith("PM")]
    assert postmortem == []


def test_a_postmortem_of_another_version_is_only_told_so() -> None:
    linted = lint_files({"a.md": CLEAN.replace("/v1", "/v2", 1)}, all_rules())

    assert linted.codes == {"RB116"}


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("## Detection\n", "section 'Detection' is empty"),
        ("## Detection\n\n*TBD*\n", "section 'Detection' only holds a place"),
        ("## Detection\n\n<Insert how it was noticed>\n", "only holds a place"),
        ("## Detection\n\n<!-- how? -->\n", "only holds a place"),
        ("## Detection\n\n### Alerts\n", "only holds a place"),
        (
            "## Detection\n\n*Required. Also called How we noticed.*\n\nAn alert.\n",
            "still holds the template's own words",
        ),
        (
            "## Lessons\n\nWhat we believe now that we did not believe before, in a few sentences that are worth\nreading without the rest.\n\nMuch.\n",
            "still holds the template's own words",
        ),
    ],
)
def test_a_section_without_words_of_its_own_is_found(part: str, said: str) -> None:
    (message,) = messages("PM102", part)

    assert said in message


@pytest.mark.parametrize(
    "part",
    [
        "## Where we got lucky\n\nNobody knows.\n",
        "## Impact\n\n```promql\nup\n```\n",
        "## Impact\n\n![requests](requests.svg)\n",
        "## Action items\n",
        "## Timeline\n\nTODO\n",
    ],
)
def test_a_section_with_words_or_a_table_of_its_own_rule_is_left(part: str) -> None:
    assert messages("PM102", part) == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"detected": "2026-10-06T14:01:00Z"}, "'detected' at 2026-10-06T14:01:00Z is"),
        ({"resolved": "2026-10-06T14:30:00Z"}, "is before 'mitigated' at"),
        ({"acknowledged": "2026-10-06T14:03:00Z"}, "is before 'detected' at"),
        ({"acknowledged": "2026-10-06T15:03:00Z"}, "'resolved' at 2026-10-06T14:42:00Z"),
        ({"started": "2026-10-06T16:30:00+02:00"}, "is before 'started' at 2026-10-06T14"),
    ],
)  # fmt: skip
def test_times_that_contradict_each_other_are_found_once(
    values: dict[str, str], said: str
) -> None:
    finding = found("PM106", with_keys(**values))[0]

    assert said in finding.message
    assert finding.level == "error"


def test_a_time_in_the_future_is_a_warning() -> None:
    (finding,) = found("PM106", with_keys(resolved="2027-10-06T14:42:00Z"))

    assert finding.level == "warning"
    assert "future" in finding.message


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({"severity": ""}, ["severity"]),
        ({"severity": "~", "services": "[]"}, ["severity", "services"]),
        ({"incident": "TBD"}, ["incident"]),
        ({"runbooks": "[]"}, []),
        ({"detected": "TBD"}, []),  # PM103 says that it is no time
    ],
)
def test_keys_that_say_nothing_are_missing(
    values: dict[str, str], missing: list[str]
) -> None:
    said = messages("PM104", with_keys(**values))

    assert [each.split("'")[1] for each in said] == missing


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("## Timeline\n\nIt began at noon.\n", "has no table; add one"),
        (timeline(), "has no rows"),
        (timeline("a | b | c", head="time | what | source"), "lacks the column 'event'"),
        (timeline("a | b | c", head="when | what | how"), "'time', 'event', 'source'"),
        ("## Action items\n\n- Think.\n", "has no table; add one"),
    ],
)  # fmt: skip
def test_a_missing_table_or_column_is_found(part: str, said: str) -> None:
    (message,) = messages("PM201", part)

    assert said in message


def test_columns_may_stand_in_any_order_and_name_the_zone() -> None:
    part = timeline("alert | It began | 14:02", head="Source | Event | Time (UTC)")

    assert messages("PM201", part) == []


def test_the_fix_sorts_rows_and_keeps_those_of_one_minute_in_order() -> None:
    part = timeline(
        "2026-10-06T14:31:00Z | c | x",
        "2026-10-06T14:07:00Z | b | x",
        "2026-10-06T14:02:00Z | a | x",
        "2026-10-06T14:07:00Z | B | x",
    )
    findings = found("PM202", part)

    text = apply_fixes(completed(part), findings).text

    events = [
        line.split("|")[2].strip() for line in text.splitlines() if "00Z |" in line
    ]
    assert events == ["a", "b", "B", "c"]
    assert len(findings) == 3


def test_rows_are_not_sorted_while_a_time_cannot_be_read() -> None:
    part = timeline(
        "2026-10-06T14:31:00Z | c | x",
        "later | b | x",
        "2026-10-06T14:02:00Z | a | x",
    )

    (finding,) = found("PM202", part)

    assert finding.fix is None


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ("2026-10-06T14:01:59Z", "before the incident began"),
        ("2026-10-06 14:43 UTC", "after the incident was resolved"),
    ],
)
def test_events_outside_the_incident_are_found(time: str, said: str) -> None:
    (message,) = messages("PM203", timeline(f"{time} | a | x"))

    assert said in message


def test_a_row_whose_time_cannot_be_read_is_not_judged() -> None:
    part = timeline("2026-10-06 14:01 | a | x", "later | b | x")

    assert messages("PM203", part) == messages("PM202", part) == []


def test_times_are_compared_to_the_minute() -> None:
    part = with_keys(started="2026-10-06T14:02:40Z")
    row = timeline("2026-10-06 14:02 UTC | a | x")

    assert messages("PM203", f"{part}\n{row}") == []


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ("", "the row has no time"),
        ("2026-10-06 HH:mm", "holds a place for a time"),
        ("TBD", "holds a place for a time"),
        ("2026-10-06 14:02", "names no time zone"),
        ("14:02", "is no time that can be read"),
        ("2026-10-06 14:02 CET", "is no time that can be read"),
        ("2026-13-06T14:02:00Z", "is no time that can be read"),
    ],
)
def test_a_time_that_cannot_be_read_is_found(time: str, said: str) -> None:
    (message,) = messages("PM204", timeline(f"{time} | a | x"))

    assert said in message


@pytest.mark.parametrize(
    "part",
    [
        timeline("2026-10-06 14:02 | a | x", head="Time (UTC) | event | source"),
        timeline("2026-10-06T16:02:00+02:00 | a | x"),
        timeline("2026-10-06 14:02 | a | x").replace(
            "## Timeline\n", "## Timeline\n\nAll times in UTC.\n"
        ),
    ],
)
def test_a_zone_may_be_named_beside_the_time(part: str) -> None:
    assert messages("PM204", part) == []


def test_a_row_without_source_is_found_where_the_column_is() -> None:
    rows = ("2026-10-06T14:02:00Z | a | ?", "2026-10-06T14:03:00Z | a | alert")

    (finding,) = found("PM205", timeline(*rows))

    assert finding.span.column == 30


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("| prevent | team-a | 2026-12-20 | A-1", "says no action"),
        ("Think | | team-a | 2026-12-20 | A-1", "says no kind"),
        ("Think | prevent | TBD | 2026-12-20 | A-1", "says no owner"),
        ("Think | prevent | team-a | | A-1", "says no due"),
        ("Think | prevent | team-a | Q3 | A-1", "'Q3' is no day"),
        ("Think | prevent | team-a | 2026-02-30 | A-1", "'2026-02-30' is no day"),
    ],
)
def test_what_an_action_item_lacks_is_found(row: str, said: str) -> None:
    (message,) = messages("PM301", actions(row))

    assert said in message


def test_a_kind_in_code_or_capitals_is_known() -> None:
    row = "Think | `Prevent` | team-a | 2026-12-20 | A-1"

    assert messages("PM302", actions(row)) == []


def test_a_list_of_action_items_is_a_missing_table_and_not_no_item() -> None:
    assert messages("PM303", "## Action items\n\n- Think.\n") == []


def test_a_closed_postmortem_has_no_overdue_items() -> None:
    row = actions("Think | prevent | team-a | 2026-10-20 | A-1")

    assert messages("PM305", row) != []
    assert messages("PM305", with_keys(status="closed") + "\n" + row) == []


def test_an_item_is_not_overdue_on_its_day() -> None:
    row = actions("Think | prevent | team-a | 2026-12-20 | A-1")

    assert not found("PM305", row, today=date(2026, 12, 20))
    assert found("PM305", row, today=date(2026, 12, 21))


@pytest.mark.parametrize(
    ("values", "fix", "safe"),
    [
        ({"status": "Reviewed"}, "reviewed", True),
        ({"status": "in review"}, "in-review", True),
        ({"severity": "SEV-2"}, "sev2", True),
        ({"severity": "sev5"}, None, False),
        ({"severity": "major"}, None, False),
    ],
)
def test_unknown_words_are_mended_where_they_are_near(
    values: dict[str, str], fix: str | None, safe: bool
) -> None:
    (finding,) = found("PM405", with_keys(**values))

    edits = finding.fix.edits if finding.fix else ()
    assert [edit.text for edit in edits] == ([fix] if fix else [])
    assert finding.fix is None or finding.fix.safe is safe


def test_all_postmortem_rules_keep_calm_about_an_empty_postmortem() -> None:
    rules = [rule for rule in all_rules() if rule.code.startswith("PM")]

    linted = lint_files({"a.md": "---\nformat: postmortem/v1\n---\n"}, rules)

    assert linted.codes == {"PM101", "PM104"}


def test_sections_by_another_name_are_the_template_s() -> None:
    text = CLEAN.replace("## Lessons\n", "## Lessons learned\n")

    assert not lint_files({"a.md": text}, [rule_of("PM101")]).findings

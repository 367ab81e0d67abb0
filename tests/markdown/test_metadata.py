from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from runbookkit.markdown.document import parse_document
from runbookkit.markdown.metadata import (
    PostmortemFields,
    RunbookFields,
    postmortem_metadata,
    runbook_metadata,
)
from runbookkit.markdown.template import parse_template
from runbookkit.model.document import FrontMatter

META = Path(__file__).parents[2] / "meta"


def front(format_: str, text: str) -> FrontMatter:
    found = parse_document(f"---\nformat: {format_}\n{text}---\n", "a.md").front_matter
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("kind", "fields"), [("runbook", RunbookFields), ("postmortem", PostmortemFields)]
)
def test_every_key_of_a_template_is_known_to_the_schema(
    kind: str, fields: type[RunbookFields | PostmortemFields]
) -> None:
    path = META / f"{kind}-template.md"

    template = parse_template(path.read_text(encoding="utf-8"), path.name)

    assert {key.name for key in template.keys} <= set(fields.model_fields)


@pytest.mark.parametrize(
    ("line", "said", "column"),
    [
        ("colour: red\n", "unknown key 'colour'; known keys are format, title", 1),
        ("owner: 12\n", "owner: not a text; put it in quotes", 8),
        ("alerts: LokiDown\n", "alerts: not a list; write it as [one, two]", 9),
        ("alerts: [LokiDown, 12]\n", "alerts.1: not a text", 20),
        ("reviewed: soon\n", "reviewed: not a day; write it as", 11),
        ("reviewed: 20261101\n", "reviewed: is a number; write a date as", 11),
        ("inputs: {tenant: {from: tenant}}\n", "inputs.tenant.from: string should", 25),
        ("inputs: {tenant: {form: x}}\n", "unknown key 'inputs.tenant.form'", 19),
        ("inputs: {1a: {}}\n", "inputs.1a: string should match pattern", 14),
        ("inputs: {a: {default: [1]}}\n", "inputs.a.default: not a text", 23),
    ],
)
def test_what_breaks_the_schema_is_one_problem_at_its_place(
    line: str, said: str, column: int
) -> None:
    metadata, (problem,) = runbook_metadata(front("runbook/v1", f"title: T\n{line}"))

    assert problem.message.startswith(said)
    assert (problem.span.line, problem.span.column) == (4, column)
    assert metadata.title == "T"


def test_one_bad_entry_does_not_take_the_others_with_it() -> None:
    text = "alerts: [A, 12, B]\ninputs: {a: {from: x}, 1b: {}, c: {}}\nlinks: {a: b}\n"

    metadata, problems = runbook_metadata(front("runbook/v1", text))

    assert metadata.alerts == ("A", "B")
    assert [each.name for each in metadata.inputs] == ["c"]
    assert metadata.links == ()
    assert len(problems) == 4


def test_a_key_without_a_value_counts_as_absent() -> None:
    metadata, problems = runbook_metadata(front("runbook/v1", "owner:\nslo: ~\n"))

    assert problems == ()
    assert metadata.owner == ""


def test_a_good_front_matter_becomes_typed_values() -> None:
    text = """\
title: T
reviewed: 2026-11-01
alerts: [A, B]
inputs:
  tenant: {from: labels.tenant, default: fake, pattern: "[a-z]+"}
"""

    metadata, problems = runbook_metadata(front("runbook/v1", text))

    assert problems == ()
    assert metadata.reviewed == date(2026, 11, 1)
    assert metadata.alerts == ("A", "B")
    assert metadata.inputs[0].source == "labels.tenant"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2026-10-06 14:02:00", "needs a time zone"),
        ("2026-10-06", "needs a time zone"),
        ("1700000000", "is a number"),
        ("0001-01-01T00:00:00+14:00", "is no time that UTC can express"),
        ("HH:mm", "not a time; write it as"),
    ],
)
def test_a_time_of_a_postmortem_has_a_zone(value: str, said: str) -> None:
    metadata, (problem,) = postmortem_metadata(
        front("postmortem/v1", f"started: {value}\n")
    )

    assert problem.message.startswith(f"started: {said}")
    assert metadata.started is None


def test_a_time_with_an_offset_is_kept_in_utc() -> None:
    metadata, _ = postmortem_metadata(
        front("postmortem/v1", "started: 2026-10-06T14:02:00+02:00\n")
    )

    assert metadata.started == datetime(2026, 10, 6, 12, 2, tzinfo=UTC)


def test_a_value_that_may_be_two_things_is_refused_once() -> None:
    _, problems = postmortem_metadata(front("postmortem/v1", "slo: 12\n"))

    assert [each.message for each in problems] == ["slo: not a text; put it in quotes"]

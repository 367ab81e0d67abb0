"""The published schemas describe what is really printed and read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import TypeAdapter

from lint.reports.samples import SMALL
from runbookkit.cli.schemas import schemas
from runbookkit.lint.report import Style
from runbookkit.lint.reports.json import render
from runbookkit.markdown.document import parse_document
from runbookkit.markdown.runbook import runbook_of
from runbookkit.markdown.template import parse_template
from runbookkit.model.options import Configuration
from runbookkit.model.runbook import Runbook
from runbookkit.model.scenario import Scenario
from runbookkit.queries.registry import fence_names

ROOT = Path(__file__).parents[2]
TEXTS = schemas()
every_schema = pytest.mark.parametrize("name", sorted(TEXTS))


def schema(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(TEXTS[f"{name}.json"])
    return loaded


def problems(name: str, value: Any) -> list[str]:
    validator = jsonschema.Draft202012Validator(
        schema(name), format_checker=jsonschema.FormatChecker()
    )
    return [error.message for error in validator.iter_errors(value)]


@every_schema
def test_a_schema_says_what_it_is(name: str) -> None:
    found = json.loads(TEXTS[name])

    jsonschema.Draft202012Validator.check_schema(found)
    assert found["$id"] == f"https://runbookkit.github.io/schemas/v1/{name}"
    assert found["title"]
    assert found["description"].endswith((".", "`"))
    assert "``" not in TEXTS[name].replace("```", "")


@every_schema
def test_the_examples_of_a_schema_are_valid(name: str) -> None:
    found = json.loads(TEXTS[name])

    assert found["examples"]
    for example in found["examples"]:
        assert not problems(name.removesuffix(".json"), example)


@every_schema
def test_nothing_beyond_a_schema_is_taken(name: str) -> None:
    example = json.loads(TEXTS[name])["examples"][0]

    assert problems(name.removesuffix(".json"), {**example, "surprise": 1})


@every_schema
def test_the_published_file_is_up_to_date(name: str) -> None:
    published = (ROOT / "schemas" / name).read_text(encoding="utf-8")

    assert published == TEXTS[name], "write it anew with `runbook schema`"


def test_the_json_output_of_lint_is_a_lint_report() -> None:
    report = json.loads(render(SMALL, Style()))

    assert not problems("lint-report", report)
    assert not [
        said for each in report["findings"] for said in problems("finding", each)
    ]


def test_a_lint_report_that_lacks_something_is_none() -> None:
    report = json.loads(render(SMALL, Style()))
    del report["findings"][0]["fix"]

    assert problems("lint-report", report)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "ops-handbook/runbooks").glob("*.md")), ids=lambda p: p.stem
)
def test_a_parsed_runbook_is_as_published(path: Path) -> None:
    text = (ROOT / "meta/runbook-template.md").read_text(encoding="utf-8")
    document = parse_document(path.read_text(encoding="utf-8"), path.name)
    runbook = runbook_of(document, parse_template(text, "t.md"), fence_names())

    plain = TypeAdapter(Runbook).dump_python(runbook, mode="json")

    assert not problems("runbook", plain)


def test_the_examples_of_what_is_read_can_be_read() -> None:
    TypeAdapter(Scenario).validate_python(schema("scenario")["examples"][0])
    TypeAdapter(Configuration).validate_python(schema("configuration")["examples"][0])


def test_an_unknown_key_of_the_configuration_is_refused() -> None:
    assert problems("configuration", {"lint": {"selects": ["RB1"]}})

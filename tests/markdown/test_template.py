from __future__ import annotations

import pytest

from runbookkit.errors import TemplateError
from runbookkit.markdown.template import parse_template

TEXT = """\
---
template: runbook/v1
---

# House runbook

## Metadata

| key | obligation | meaning |
|---|---|---|
| `owner` | Required | the team |
| `slo` | optional |

## Diagnosis

*Required. Holds steps. Reads only. Also called Triage, What
to look at.*

## Evidence

_Optional. Table: Time, Event._
"""


def test_a_template_is_data() -> None:
    template = parse_template(TEXT, "house.md")

    diagnosis, evidence = template.sections
    assert template.kind == "runbook"
    assert [(key.name, key.required) for key in template.keys] == [
        ("owner", True),
        ("slo", False),
    ]
    assert (diagnosis.required, diagnosis.holds_steps, diagnosis.reads_only) == (
        True,
        True,
        True,
    )
    assert diagnosis.aliases == ("Triage", "What to look at")
    assert (evidence.required, evidence.columns) == (False, ("time", "event"))


def test_a_section_is_found_by_alias_whatever_its_case() -> None:
    found = parse_template(TEXT, "house.md").section(" TRIAGE ")

    assert found is not None
    assert found.title == "Diagnosis"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("template: runbook/v1", "title: x", "must say which format"),
        ("template: runbook/v1", "template: 1", "must say which format"),
        ("*Required. ", "*", "says neither Required nor Optional"),
        ("Holds steps.", "Holds water.", "'Holds water' means nothing in a template"),
        ("_Optional. Table: Time, Event._", "Whenever.", "write `*Required.*` or"),
        ("_Optional. Table: Time, Event._", "", "write `*Required.*` or"),
    ],
)
def test_what_is_no_template_is_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(TemplateError) as error:
        parse_template(TEXT.replace(old, new), "house.md")

    assert said in str(error.value)
    assert str(error.value).startswith("house.md:")


def test_a_template_without_sections_is_refused() -> None:
    with pytest.raises(TemplateError, match="names no section"):
        parse_template("---\ntemplate: runbook/v1\n---\n# T\n", "house.md")

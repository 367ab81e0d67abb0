"""``runbook parse``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.command import CLEAN, Place
from lint.examples import HERE


def test_each_document_is_one_line_of_json(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.write("a.md", CLEAN)
    place.write("b/p.md", (HERE / "clean-postmortem.md").read_bytes())
    place.write("c.yaml", "groups: []\n")

    done = place.run("parse", ".")

    runbook, postmortem = map(json.loads, done.out.splitlines())
    assert runbook["path"] == "a.md"
    assert runbook["metadata"]["alerts"] == ["CheckoutErrorsHigh"]
    assert postmortem["path"] == "b/p.md"
    assert postmortem["timeline"]


def test_a_page_of_any_kind_is_typed_as_far_as_it_goes(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.write("a.md", "# Title\n\n## Anything\n\nWords.\n")

    (document,) = map(json.loads, place.run("parse", "a.md").out.splitlines())

    assert document["title"] == "Title"
    assert [section["title"] for section in document["sections"]] == ["Anything"]


@pytest.mark.parametrize("line", [[], ["gone.md"], [".", "--template", "gone"]])
def test_what_cannot_be_parsed_is_a_usage_error(
    tmp_path: Path, line: list[str]
) -> None:
    place = Place(tmp_path)
    place.write("a.md", CLEAN)

    done = place.run("parse", *line)

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("runbook: ")

"""Edits that make no document worse raise nothing in any file of the handbook."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import pytest

from runbookkit.lint.registry import all_rules
from runbookkit.model.finding import Finding
from seeded.handbook import files, findings_before, kind_of, lint, new
from seeded.harmless import Edit, all_edits
from seeded.page import Page

MOST = 3
"""Ways of one edit that are tried on one file."""


def ways(edit: Edit, path: str) -> list[Mapping[str, str]]:
    pick = Random(f"{edit.name} {path}")
    found = list(edit.ways(Page(path, files(), pick)))
    return pick.sample(found, min(MOST, len(found)))


def raised(changed: Mapping[str, str]) -> list[Finding]:
    """Return what the linter says of the handbook only after a change."""
    found = lint(changed, all_rules())
    fresh = [finding for finding in found if finding.path not in changed]
    for path in changed:
        mine = [finding for finding in found if finding.path == path]
        fresh += new(mine, findings_before(path))
    return fresh


@pytest.mark.parametrize("edit", all_edits(), ids=lambda each: each.name)
def test_a_harmless_edit_raises_nothing(edit: Edit) -> None:
    cells = [
        (path, changed)
        for path in files()
        if kind_of(path) in edit.kinds
        for changed in ways(edit, path)
    ]

    print(f"{edit.name}: {len(cells)} edits")
    assert cells, "it fits no file of the handbook"
    for path, changed in cells:
        assert not raised(changed), path


def test_there_are_many_harmless_edits() -> None:
    assert len(all_edits()) >= 12

"""Defects planted in the real handbook: each is found, by its rule, in its place."""

from __future__ import annotations

import pytest

from runbookkit.lint.registry import all_rules
from seeded.cells import cells
from seeded.handbook import files, findings_before
from seeded.planting import Operator, all_operators

CALIBRATION = frozenset(
    {
        *("drop-command", "drop-input", "drop-binding", "rename-placeholder"),
        *("swap-units", "vague-threshold", "drop-else", "dangling-branch"),
        *("drop-expect", "wrong-tool", "drop-rollback", "unmarked-mutation"),
        *("drop-exit", "stale-metric", "drop-escalation", "reorder-steps"),
        *("stale-pod-name", "broken-link", "contradict-alert", "hidden-instruction"),
    }
)
"""What an audit by a language model is measured with as well."""


@pytest.mark.parametrize("path", files())
def test_the_handbook_is_clean_before_anything_is_planted(path: str) -> None:
    assert not findings_before(path)


def test_every_error_has_an_operator_that_plants_it() -> None:
    errors = {rule.code for rule in all_rules() if rule.level == "error"}

    assert errors <= {operator.code for operator in all_operators()}


def test_every_calibration_operator_is_there_once() -> None:
    names = [operator.name for operator in all_operators()]

    assert set(names) >= CALIBRATION
    assert len(names) == len(set(names))


@pytest.mark.parametrize("operator", all_operators(), ids=lambda each: each.name)
def test_a_planted_defect_is_found_where_it_is(operator: Operator) -> None:
    tried = list(cells(operator))
    fitting = [cell for cell in tried if cell.planted is not None]
    found = [cell for cell in fitting if cell.hit]

    print(
        f"{operator.code} {operator.name}: {len(found)} of {len(fitting)} found,"
        f" {len(tried) - len(fitting)} not applicable"
    )
    assert fitting, "it fits no file of the handbook"
    assert not [str(cell) for cell in fitting if not cell.hit]

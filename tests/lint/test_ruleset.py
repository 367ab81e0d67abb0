from __future__ import annotations

import pytest

from runbookkit.lint.late import LATE
from runbookkit.lint.registry import all_rules, chosen_rules, rule_of
from runbookkit.lint.rule import Group, Rule
from runbookkit.lint.ruleset import RuleSet

EARLY, LATER = rule_of("RB907"), rule_of("RB501")


@pytest.mark.parametrize("group", LATE, ids="-".join)
def test_rules_that_are_loaded_late_are_of_the_group_that_they_wait_for(
    group: Group,
) -> None:
    groups = {each.name.replace("-", "_"): each.group for each in all_rules()}

    assert {groups[name] for name in LATE[group]} == {group}


def test_where_nothing_is_chosen_all_rules_run() -> None:
    assert sorted(each.code for each in chosen_rules((), ())) == [
        each.code for each in all_rules()
    ]


def test_a_late_rule_is_loaded_once_and_only_when_its_group_is_asked_for() -> None:
    loaded: list[str] = []

    def load() -> tuple[Rule, ...]:
        loaded.append("late")
        return (LATER,)

    rules = RuleSet((EARLY,), {LATER.group: load})

    assert list(rules.of(EARLY.group)) == [EARLY]
    assert not loaded
    assert list(rules.of(LATER.group)) == [LATER]
    assert list(rules) == [EARLY, LATER]
    assert loaded == ["late"]

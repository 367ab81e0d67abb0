"""What holds for every rule, present and future."""

from __future__ import annotations

import re

import pytest

from lint.examples import example_files, lint_files
from runbookkit.lint.registry import all_rules
from runbookkit.lint.rule import Rule

every_rule = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)


@every_rule
def test_a_rule_finds_the_problem_in_its_bad_example(rule: Rule) -> None:
    # a comment that allows a rule is only judged where that rule ran
    rules = all_rules() if rule.subject == "allowances" else [rule]

    linted = lint_files(example_files(rule, "Bad"), rules)

    assert rule.code in linted.codes


@every_rule
def test_a_rule_finds_nothing_in_its_good_example(rule: Rule) -> None:
    linted = lint_files(example_files(rule, "Good"), [rule])

    assert not linted.findings
    assert not linted.unchecked


@every_rule
def test_a_good_example_has_no_error_of_another_rule(rule: Rule) -> None:
    linted = lint_files(example_files(rule, "Good"), all_rules())

    assert not [each for each in linted.findings if each.level == "error"]


@every_rule
def test_a_page_has_its_sections_in_order(rule: Rule) -> None:
    page = "\n".join(line.removeprefix("    ") for line in rule.page.splitlines())
    outside = re.sub(r"^````.*?^````$", "", page, flags=re.MULTILINE | re.DOTALL)

    headings = re.findall(r"^## (.+)$", outside, re.MULTILINE)

    assert headings[:3] == ["Why is this bad?", "Bad", "Good"]
    assert set(headings[3:]) <= {"Options", "See also"}


@every_rule
def test_a_message_says_what_to_do_and_where(rule: Rule) -> None:
    for finding in lint_files(example_files(rule, "Bad"), [rule]).findings:
        assert finding.message
        assert finding.message[0] != finding.message[0].upper() or not (
            finding.message[0].isalpha()
        ), f"begins with a capital: {finding.message}"
        assert not finding.message.endswith(".")
        assert finding.span.line >= 1
        assert finding.span.column >= 1


def test_codes_and_names_are_used_once() -> None:
    rules = all_rules()

    assert len({rule.code for rule in rules}) == len(rules)
    assert len({rule.name for rule in rules}) == len(rules)


@every_rule
def test_a_wording_rule_is_never_an_error(rule: Rule) -> None:
    wording = rule.code.startswith("RB9") and rule.code != "RB907"

    assert not (wording and rule.level == "error")

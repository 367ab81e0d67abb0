from __future__ import annotations

import pytest

from lint.examples import lint_files
from lint.runbooks import completed, found
from runbookkit.lint.registry import rule_of

FRONT = """---
format: runbook/v1
title: Checkout fails
service: checkout
owner: team-shop
severity: page
alerts: [CheckoutErrorsHigh]
reviewed: 2026-11-01
inputs:
  region: {}
---
"""


@pytest.mark.parametrize(
    "given",
    [
        "{from: labels.region}",
        "{default: eu}",
        "{description: Region of the customer}",
    ],
)
def test_an_input_with_a_source_a_default_or_a_description_is_fine(given: str) -> None:
    assert not found("RB305", FRONT.format(given))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("{type: choice, description: x}", "nothing to choose"),
        ("{choices: [a, b], description: x}", "type: choice"),
        ("{type: choice, choices: [a, b], default: c}", "none of the choices"),
        ("{type: secret, default: hunter2}", "stands in the text"),
        ("{type: number, default: many}", "no number"),
        ("{type: duration, default: long}", "no duration"),
        ("{pattern: '[a-', default: a}", "no regular expression"),
        ("{pattern: '[a-z]+', default: A}", "does not match"),
    ],
)
def test_an_input_that_no_value_fits_is_found(given: str, said: str) -> None:
    (finding,) = found("RB311", FRONT.format(given))

    assert said in finding.message
    assert finding.span.line == 10


@pytest.mark.parametrize(
    "given",
    [
        "{type: number, default: 5}",
        "{type: number, default: '0.5'}",
        "{type: duration, default: 1h30m}",
        "{type: choice, choices: [a, b], default: b}",
        "{type: secret, description: Token of the shop}",
        "{pattern: '[a-z]+(-[a-z]+)*', default: eu-west}",
        "{default: anything}",
    ],
)
def test_an_input_that_a_value_fits_is_fine(given: str) -> None:
    assert not found("RB311", FRONT.format(given))


def test_a_pattern_that_may_take_for_ever_is_not_matched() -> None:
    given = "{pattern: '(a+)+', default: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab}"

    linted = lint_files({"a.md": completed(FRONT.format(given))}, [rule_of("RB311")])

    assert not linted.findings
    assert "repeats a repetition" in linted.unchecked[0].reason


def test_an_input_may_not_have_the_name_of_a_result() -> None:
    (finding,) = found(
        "RB311", FRONT.replace("region: {}", "value: {description: Any}")
    )

    assert "a result" in finding.message

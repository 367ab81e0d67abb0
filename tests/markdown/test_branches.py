from __future__ import annotations

import pytest

from runbookkit.markdown.branches import is_branch, parse_branch, parse_target
from runbookkit.markdown.document import parse_document
from runbookkit.model.document import Prose
from runbookkit.model.runbook import Target


def items(text: str) -> list[Prose]:
    return [each for each in parse_document(text, "a.md").blocks if type(each) is Prose]


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("continue", Target("continue")),
        ("Stop.", Target("stop")),
        ("escalate", Target("escalate")),
        ("go to [Look](#look)", Target("go to", "#look", "Look")),
        ("Go to [`a` b](other.md#a-b)", Target("go to", "other.md#a-b", "a b")),
        ("go to\n[Look\nagain](#look-again)", Target("go to", "#look-again", "Look again")),
        ("continue, then stop", None),
        ("go to Look", None),
        ("go to [a](b c.md)", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_target_is_one_of_four(text: str, target: Target | None) -> None:
    assert parse_target(text) == target


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("- **Met:** continue", True),
        ("* **Not met**: stop", True),
        ("- **When** `value > 5`: stop", True),
        ("- **Note** this is bold", False),
        ("- plain", False),
        ("1. **Met:** continue", False),
        ("- a\n  - **Met:** continue", False),
        ("**Met:** continue", False),
    ],
)
def test_only_a_bullet_that_begins_bold_is_a_branch(text: str, answer: bool) -> None:
    assert is_branch(items(text)[-1]) is answer


def test_a_condition_is_kept_with_its_place() -> None:
    (item,) = items("- **When** `value > 5 &&\n  value < 9`: escalate")

    branch, problem = parse_branch(item, asked=False)

    assert problem is None
    assert branch is not None
    assert branch.condition is not None
    assert branch.condition.text == "value > 5 &&\nvalue < 9"
    assert branch.condition.span_of(13, 18).line == 2
    assert branch.condition.span_of(13, 18).column == 3


def test_a_choice_needs_a_question() -> None:
    (item,) = items("- **Yes:** continue")

    assert parse_branch(item, asked=True)[0] is not None
    assert parse_branch(item, asked=False)[0] is None


def test_two_code_spans_are_no_condition() -> None:
    (item,) = items("- **When** `a` or `b`: stop")

    branch, problem = parse_branch(item, asked=True)

    assert branch is None
    assert problem is not None

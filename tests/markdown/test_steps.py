from __future__ import annotations

from pathlib import Path

import pytest

from runbookkit.markdown.runbook import parse_runbook
from runbookkit.markdown.template import parse_template
from runbookkit.model.runbook import Runbook, Step

PATH = Path(__file__).parents[2] / "meta" / "runbook-template.md"
TEMPLATE = parse_template(PATH.read_text(encoding="utf-8"), PATH.name)


def read(body: str) -> Runbook:
    text = f"# T\n\n## Diagnosis\n\n{body}"
    return parse_runbook(text, "a.md", TEMPLATE, {"promql", "bash"})


def step(body: str) -> Step:
    runbook = read(f"### Look\n\n{body}")
    (found,) = runbook.steps
    assert [each.message for each in runbook.problems] == []
    return found


def problem(body: str) -> str:
    (found,) = read(f"### Look\n\n{body}").problems
    return found.kind


QUERY = "```promql\nup\n```\n\n"


@pytest.mark.parametrize("title", ["1. Look", "Step 2: Look", "3) Look", "Look"])
def test_a_leading_number_is_no_part_of_the_title(title: str) -> None:
    (found,) = read(f"### {title}\n").steps

    assert found.title == "Look"


def test_the_id_is_the_anchor_with_its_number() -> None:
    (found,) = read("### 1. Look\n").steps

    assert found.id == "1-look"


def test_a_step_ends_where_the_next_heading_begins() -> None:
    first, second = read("### A\n\nprose\n\n### B\n\nprose\n").steps

    assert (first.end_line, second.span.line) == (8, 9)


def test_only_sections_that_hold_steps_have_steps() -> None:
    runbook = read("### A\n\n## Notes\n\n### Background\n")

    assert [each.title for each in runbook.steps] == ["A"]


def test_the_first_fence_of_an_engine_is_the_action() -> None:
    found = step(f"```json\n1\n```\n\n{QUERY}```bash\nls\n```\n")

    assert found.action is not None
    assert found.action.text == "up"
    assert [each.language for each in found.illustrations] == ["json", "bash"]


def test_a_fence_in_a_list_or_an_indented_block_is_illustration() -> None:
    found = step("- look\n\n  ```promql\n  up\n  ```\n\ntext\n\n    up\n")

    assert found.action is None
    assert [each.text for each in found.illustrations] == ["up", "up"]


def test_a_lead_line_belongs_to_the_action_directly_below() -> None:
    found = step(f"**In Prometheus**, step 1m:\n\n{QUERY}")

    assert found.action is not None
    assert found.action.lead is not None
    assert found.action.lead.tool == "Prometheus"


def test_of_two_lead_lines_the_one_directly_above_the_action_counts() -> None:
    stray = "**In Loki**, within 5s:\n\nWords.\n\n"

    runbook = read(f"### Look\n\n{stray}**In Prometheus**:\n\n{QUERY}")

    (action,) = (each.action for each in runbook.steps)
    assert action is not None
    assert action.lead is not None
    assert action.lead.tool == "Prometheus"
    assert [each.span.line for each in runbook.problems] == [7]


def test_bold_words_that_lead_to_no_action_are_prose() -> None:
    found = step("**In rare cases** the pod is gone.\n")

    assert found.prose[0].text.startswith("**In rare cases**")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (f"**In Prometheus**:\n\nprose\n\n{QUERY}", "unreadable-lead-line"),
        ("**In Prometheus**, step 1m:\n\nprose\n", "unreadable-lead-line"),
        (f"**In Prometheus**, step 1m\n\n{QUERY}", "unreadable-lead-line"),
        (f"{QUERY}**Expect:** it is fine\n", "unreadable-expectation"),
        (f"{QUERY}**Capture:** n = `value`\n", "unreadable-capture"),
        (f"{QUERY}**Capture:** `n` = `a` and `b`\n", "unreadable-capture"),
        ("- **Perhaps:** continue\n", "unreadable-branch"),
        ("- **Met:** carry on\n", "unreadable-branch"),
        ("- **Met:** go to the next step\n", "unreadable-branch"),
        ("- **When:** it is hot: stop\n", "unreadable-branch"),
    ],
)
def test_what_cannot_be_read_is_a_problem(body: str, kind: str) -> None:
    assert problem(body) == kind


@pytest.mark.parametrize(
    ("line", "words", "code"),
    [
        ("**Expect:** `value < 1`", "", "value < 1"),
        ("**Expect:** below one: `value < 1`.", "below one", "value < 1"),
        ("**Expect**: `up` is one: `value == 1`", "`up` is one", "value == 1"),
        ("**Expect:** a tick: `` '`' in s ``", "a tick", " '`' in s "),
    ],
)
def test_an_expectation_ends_in_its_expression(
    line: str, words: str, code: str
) -> None:
    found = step(f"{QUERY}{line}\n")

    assert found.expect is not None
    assert (found.expect.prose, found.expect.expression.text) == (words, code)


def test_an_expression_over_two_lines_knows_its_places() -> None:
    found = step(f"{QUERY}**Expect:** `value < 1\n  && value > 0`\n")

    assert found.expect is not None
    expression = found.expect.expression
    at = expression.text.index("value > 0")
    span = expression.span_of(at, at + 9)
    assert (span.line, span.column) == (12, 6)


def test_captures_questions_and_effects_are_read() -> None:
    found = step(
        "**Ask:** Was there a deploy?\n\n**Capture:** `n` = `value`\n\n"
        "**Changes:** the log level\n\n- **Yes:** stop\n- **No:** escalate\n"
    )

    assert found.question is not None
    assert found.captures[0].name == "n"
    assert found.effect == "change"
    assert [branch.label for branch in found.branches] == ["Yes", "No"]


@pytest.mark.parametrize(
    ("body", "effect"),
    [
        (QUERY, "read"),
        ("```bash\nls\n```\n", "change"),
        ("**Reads only**\n\n```bash\nls\n```\n", "read"),
        ("**Reads only.** It lists.\n\n```bash\nls\n```\n", "read"),
        ("prose\n", "read"),
    ],
)
def test_a_shell_step_changes_unless_it_says_otherwise(body: str, effect: str) -> None:
    assert step(body).effect == effect


@pytest.mark.parametrize(
    ("line", "command", "reason"),
    [
        ("**Rollback:** `undo it`", "undo it", ""),
        ("**Rollback:** none, because it heals", None, "it heals"),
        ("**Rollback:** none because it heals", None, "it heals"),
        ("**Rollback:**\n\n```bash\nundo\n```", "undo", ""),
        ("**Rollback:** think", None, ""),
    ],
)
def test_a_rollback_is_a_command_or_a_reason(
    line: str, command: str | None, reason: str
) -> None:
    rollback = step(f"{line}\n").rollback

    assert rollback is not None
    assert (rollback.command.text if rollback.command else None) == command
    assert rollback.reason == reason


def test_windows_line_ends_read_the_same() -> None:
    body = f"**In Prometheus**:\n\n{QUERY}**Expect:** `value < 1`\n\n- **Met:** stop\n"

    windows = read(f"### Look\n\n{body}".replace("\n", "\r\n"))

    assert windows == read(f"### Look\n\n{body}")

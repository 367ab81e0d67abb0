from __future__ import annotations

from datetime import date

import pytest

from lint.examples import HERE, lint_files
from lint.runbooks import completed, fixed, found
from runbookkit.lint.fixes import apply_fixes
from runbookkit.lint.registry import all_rules, rule_of
from runbookkit.model.finding import Finding

CLEAN = (HERE / "clean.md").read_text("utf-8")


def with_keys(**values: str) -> str:
    """Return the clean front matter with other values; an empty one is left out."""
    lines = CLEAN.split("\n---\n", 1)[0].splitlines()[1:]
    keys = dict(line.split(": ", 1) for line in lines) | values
    body = "".join(f"{key}: {value}\n" for key, value in keys.items() if value)
    return f"---\n{body}---\n"


def on_four_sections(code: str, path: str, text: str) -> tuple[Finding, ...]:
    """Return what a rule finds where the template demands no format."""
    rules = [rule_of(code)]
    return lint_files({path: text}, rules, template_name="meaning-impact").findings


PAGE = """\
# {title}

## Meaning

Loki is down for 5 minutes.

## Impact

No logs.

## Diagnosis

Look.

## Mitigation

Restart it.
"""


def test_a_draft_is_told_of_the_format_where_the_template_demands_it() -> None:
    text = PAGE.format(title="LokiDown")

    draft = lint_files({"LokiDown.md": text}, [rule_of("RB100")]).findings

    assert [finding.span.line for finding in draft] == [1]
    assert "runbook import" in draft[0].message
    assert not on_four_sections("RB100", "LokiDown.md", text)


def test_a_page_of_prose_is_no_draft() -> None:
    text = "# Notes\n\n## Meaning\n\nNone.\n\n## Other\n\nNone.\n"

    assert not lint_files({"a.md": text}, [rule_of("RB100")]).findings


def test_a_template_is_no_draft() -> None:
    text = "---\ntemplate: runbook/v1\n---\n" + PAGE.format(title="Runbook")

    assert not lint_files({"a.md": text}, all_rules()).findings


def test_a_page_whose_front_matter_cannot_be_read_is_only_told_so() -> None:
    text = "---\nformat: runbook/v1\ntitle: [\n---\n" + PAGE.format(title="LokiDown")

    linted = lint_files({"a.md": text}, [rule_of("RB100"), rule_of("RB110")])

    assert linted.codes == {"RB110"}


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("alerts/LokiDown.md", "LokiDown"),
        ("alerts/loki-down.md", "LokiDown"),
        ("alerts/LokiDown.md", "Loki down"),
        ("alerts/LokiDown.md", "`LokiDown` [Deprecated]"),
        ("alerts/LokiDown.md", "LokiDown (tenant)"),
        ("alerts/README.md", "LokiDown"),
        ("alerts/_index.md", "LokiDown"),
        ("guides/how-to-page.md", "How to call somebody"),
    ],
)
def test_a_page_is_called_like_its_file(path: str, title: str) -> None:
    assert not on_four_sections("RB101", path, PAGE.format(title=title))


@pytest.mark.parametrize(
    ("path", "title"),
    [("alerts/LokiDown.md", "Loki is slow"), ("alerts/loki.md", "LokiDown")],
)
def test_a_page_of_an_alert_that_is_called_otherwise_is_found(
    path: str, title: str
) -> None:
    (finding,) = on_four_sections("RB101", path, PAGE.format(title=title))

    assert finding.level == "error"
    assert finding.span.column == 3


def test_a_title_with_code_equals_its_heading() -> None:
    text = completed(with_keys(title='"`checkout`  fails"')).replace(
        "# Checkout fails", "# `checkout` fails"
    )

    assert not lint_files({"a.md": text}, [rule_of("RB101")]).findings


@pytest.mark.parametrize(
    ("part", "said", "source"),
    [
        ("## Impact\n", "section 'Impact' is empty; write it", "## Impact"),
        ("## Impact\n\n### Users\n\n### Money\n", "is empty", "## Impact"),
        ("## Impact\n\n<!-- who? -->\n", "is empty", "<!-- who? -->"),
        ("## Impact\n\n- TODO\n", "only holds a place for text; write it", "- TODO"),
        ("## Notes\n\nTBD\n", "write it, or remove it", "TBD"),
        ("## Impact\n\n*Required. Also called X.*\n\nNone.\n", "own words", "*Required. Also called X.*"),
    ],
)  # fmt: skip
def test_a_section_without_content_is_found(part: str, said: str, source: str) -> None:
    (finding,) = found("RB103", part)

    assert said in finding.message
    assert completed(part).splitlines()[finding.span.line - 1] == source


@pytest.mark.parametrize("owner", ["", "~", "TBD", "'N/A'"])
def test_an_owner_who_is_none_is_missing(owner: str) -> None:
    assert len(found("RB104", with_keys(owner=owner))) == 1


def test_a_value_that_the_schema_refuses_is_reported_once() -> None:
    text = completed(with_keys(owner="12", alerts="TBD", reviewed="TBD", title="[]"))

    linted = lint_files({"a.md": text}, all_rules()).findings

    end = text.splitlines().index("---", 1)
    front = [each.code for each in linted if each.span.line <= end]
    assert front == ["RB111"] * 4


@pytest.mark.parametrize(
    ("reviewed", "today", "count"),
    [
        ("2026-11-01", date(2026, 11, 20), 0),
        ("2026-11-01", date(2027, 4, 29), 0),
        ("2026-11-01", date(2027, 4, 30), 1),
        ("2026-11-21", date(2026, 11, 20), 1),
        ("", date(2026, 11, 20), 1),
        ("soon", date(2026, 11, 20), 0),  # RB111 says that it is no day
    ],
)
def test_a_review_counts_for_half_a_year(
    reviewed: str, today: date, count: int
) -> None:
    text = completed(with_keys(reviewed=reviewed))

    linted = lint_files({"a.md": text}, [rule_of("RB105")], today=today)

    assert len(linted.findings) == count


STEP = "### {title}\n\n**Ask:** Is it up?\n\n- **Yes:** continue\n- **No:** escalate\n"


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        ("Look", "Look", 1),
        ("Look", "Look!", 1),
        ("1. Look", "2. Look", 1),
        ("Look", "Look again", 0),
        ("Look at `a`", "Look at `b`", 0),
        ("Checkout fails", "Look", 1),
        ("Impact", "Look", 1),
    ],
)
def test_headings_of_one_name_are_found(first: str, second: str, count: int) -> None:
    part = f"## Diagnosis\n\n{STEP.format(title=first)}\n{STEP.format(title=second)}"

    assert len(found("RB106", part)) == count


def test_headings_of_level_four_may_repeat() -> None:
    page = PAGE.replace("Look.", "### A\n\n#### Why\n\nx\n\n### B\n\n#### Why\n\nx")

    assert not on_four_sections("RB106", "LokiDown.md", page.format(title="LokiDown"))


def test_an_empty_section_is_not_also_one_without_steps() -> None:
    assert not found("RB107", "## Mitigation\n\nTODO\n")
    assert found("RB107", "## Mitigation\n\nRestart it.\n")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("---\ntitle: {{ replace .Name }}\n---\n\n# A\n", 0),
        ("---\nformat: runbook/v1\ntitle: {{ tenant }}\n---\n\n# A\n", 1),
        ("---\na: 1\na: 2\n---\n", 1),
        ("# A\n\n---\n\nb: c\n", 0),
    ],
)
def test_front_matter_that_cannot_be_read_is_found(text: str, count: int) -> None:
    assert len(lint_files({"a.md": text}, [rule_of("RB110")]).findings) == count


def test_a_section_is_found_where_it_stands_and_told_where_it_belongs() -> None:
    escalation = "## Escalation\n\nPage team-shop.\n"
    text = CLEAN.replace("## Meaning", f"{escalation}\n## Meaning")
    text = text.rpartition("## Escalation")[0]

    (finding,) = lint_files({"a.md": text}, [rule_of("RB113")]).findings

    assert finding.message.endswith("the template puts it below 'Verification'")
    assert text.splitlines()[finding.span.line - 1] == "## Escalation"


@pytest.mark.parametrize(
    ("title", "said", "fix"),
    [
        ("Verificaton", "did you mean 'Verification'?", "Verification"),
        ("Referenses", "did you mean 'Notes'?", "Notes"),
        ("Pager history", "move its text into one of Meaning, Impact", None),
    ],
)
def test_an_unknown_section_gets_the_nearest_name(
    title: str, said: str, fix: str | None
) -> None:
    (finding,) = found("RB114", f"## {title}\n\nText.\n")

    assert said in finding.message
    assert (finding.fix.edits[0].text if finding.fix else None) == fix


def test_two_hundred_steps_are_not_too_many() -> None:
    assert not found("RB115", "## Diagnosis\n\n… and 198 more such steps\n")
    assert found("RB115", "## Diagnosis\n\n… and 199 more such steps\n")


def test_a_page_over_the_limit_is_reported_as_that_alone() -> None:
    linted = lint_files({"a.md": CLEAN + "x" * 600_000}, all_rules())

    assert linted.codes == {"RB115"}


@pytest.mark.parametrize(
    ("value", "fix"),
    [
        ("Runbook/v1", "runbook/v1"),
        ("runbok/v1", "runbook/v1"),
        ("postmortem", "postmortem/v1"),
        ("runbook/v2", None),
        ("runbook/v10", None),
        ("recipe/v3", None),
    ],
)
def test_a_format_that_is_none_is_found(value: str, fix: str | None) -> None:
    text = f"---\nformat: {value}\n---\n\n# A\n"

    (finding,) = lint_files({"a.md": text}, all_rules()).findings

    assert finding.code == "RB116"
    assert "this reader knows runbook/v1 and postmortem/v1" in finding.message
    assert (finding.fix.edits[0].text if finding.fix else None) == fix


@pytest.mark.parametrize("value", ["html", "{html: {toc: true}}", "1"])
def test_the_format_of_another_tool_only_counts_on_a_runbook(value: str) -> None:
    front = f"---\nformat: {value}\n---\n\n"
    rules = [rule_of("RB116")]

    assert not lint_files({"a.md": f"{front}# A\n"}, rules).findings
    assert lint_files({"a.md": front + PAGE.format(title="A")}, rules).findings


def test_a_missing_title_is_added_from_the_front_matter() -> None:
    text = CLEAN.replace("\n# Checkout fails\n", "")
    findings = lint_files({"a.md": text}, [rule_of("RB117")]).findings

    mended = apply_fixes(text, findings).text

    assert mended.split("---\n\n", 1)[1].startswith("# Checkout fails\n")
    assert not lint_files({"a.md": mended}, [rule_of("RB117")]).findings


def test_a_site_may_show_the_title_of_the_front_matter() -> None:
    page = PAGE.format(title="LokiDown").split("\n", 1)[1]

    assert on_four_sections("RB117", "LokiDown.md", page)
    assert not on_four_sections("RB117", "LokiDown.md", f"---\ntitle: X\n---\n{page}")


@pytest.mark.parametrize(
    ("part", "count"),
    [
        ("## Impact\n\nA.\n\n## Impact\n\nB.\n", 1),
        ("## Impact\n\nA.\n\n## IMPACT\n\nB.\n", 1),
        ("## Notes\n\nA.\n\n## Links\n\nB.\n", 0),
        ("## Notes\n\nA.\n\n## Notes\n\nB.\n", 1),
    ],
)
def test_repeated_sections_are_found(part: str, count: int) -> None:
    head, tail = CLEAN.split("## Impact", 1)
    text = f"{head}{part}\n## Diagnosis{tail.split('## Diagnosis', 1)[1]}"

    assert len(lint_files({"a.md": text}, [rule_of("RB118")]).findings) == count


def test_another_name_is_mended_unless_a_link_leads_to_it() -> None:
    plain = "## References\n\nText.\n"
    linked = "## References\n\nSee [here](#references).\n"

    assert "## Notes\n\nText." in fixed("RB119", plain)
    assert [each.fix.safe for each in found("RB119", plain) if each.fix] == [True]
    assert [each.fix.safe for each in found("RB119", linked) if each.fix] == [False]


def test_a_name_in_other_case_is_always_safe_to_mend() -> None:
    (finding,) = found("RB119", "## NOTES\n\nSee [here](#notes).\n")

    assert finding.fix is not None
    assert finding.fix.safe


def test_a_name_with_an_id_of_its_own_is_left_to_the_author() -> None:
    (finding,) = found("RB119", "## References {#refs}\n\nText.\n")

    assert finding.fix is None


def test_a_second_name_for_a_section_is_not_renamed_to_a_repeat() -> None:
    findings = found("RB119", "## Notes\n\nA.\n\n## Links\n\nB.\n")

    assert [each.fix for each in findings] == [None]


@pytest.mark.parametrize("text", ["# A\n\nb\ufffdc\ufffd\n", "# A\n\nb\0c\n"])
def test_undecodable_text_is_found_at_its_first_place(text: str) -> None:
    (finding,) = lint_files({"a.md": text}, [rule_of("RB120")]).findings

    assert (finding.span.line, finding.span.column) == (3, 2)

"""The documentation of the rules."""

from __future__ import annotations

import re

import pytest

from lint.examples import example_files, lint_files
from runbookkit.lint.allow import allows_of_document, allows_of_lines
from runbookkit.lint.context import Context
from runbookkit.lint.pages import offers_fix, page, pages
from runbookkit.lint.registry import all_rules, rule_of
from runbookkit.lint.rule import Found, Problem, Rule, rules_rule, runbook_rule
from runbookkit.markdown.document import parse_document
from runbookkit.model.alertrule import RuleFile
from runbookkit.model.finding import Fix
from runbookkit.model.runbook import Runbook
from runbookkit.model.span import Span

every_rule = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)


def mend() -> Fix:
    return Fix("even it", ())


@runbook_rule("RB999", level="warning", since="0.3.0", needs="format")
def odd_step(runbook: Runbook, context: Context) -> Found:
    """A step is odd | or even.

    ## Why is this bad?

    It hurts.

    ## Bad

    ````markdown
    # Odd
    ````
    """
    if context.options.select:
        yield Problem(runbook.document.blocks[0].span, "odd", mend())


@rules_rule("AL199", level="error", since="0.3.0")
def odd_rule(file: RuleFile, context: Context) -> Found:
    """A rule is odd."""
    if context.options.select:
        yield Problem(Span(1, 1, 1, 1), file.path)


def test_a_page_is_the_docstring_with_what_the_decorator_says() -> None:
    assert page(odd_step) == (
        f"<!-- Made from the docstring in {__name__.replace('.', '/')}.py;"
        " edit it there. -->\n"
        "\n"
        "# RB999: odd-step\n"
        "\n"
        "A step is odd | or even.\n"
        "\n"
        "- **Level:** warning\n"
        "- **Applies to:** runbooks that declare `runbook/v1`\n"
        "- **Fix:** offered where it can be told\n"
        "- **Since:** 0.3.0\n"
        "\n"
        "## Why is this bad?\n"
        "\n"
        "It hurts.\n"
        "\n"
        "## Bad\n"
        "\n"
        "````markdown\n"
        "# Odd\n"
        "````\n"
        "\n"
        "## How to allow it\n"
        "\n"
        "Above the block, or above the heading of all that is meant:\n"
        "\n"
        "```markdown\n"
        "<!-- runbookkit: allow RB999 until=2027-01-31"
        ' reason="why it may stay" -->\n'
        "```\n"
        "\n"
        "The reason is required, the date is not; after it the finding is back."
        " `allow-file` instead of `allow` covers the whole file.\n"
    )


def test_the_index_has_a_row_for_each_rule_by_group() -> None:
    text = pages([odd_step, odd_rule])["docs/rules/README.md"]

    rows = [line for line in text.splitlines() if line.startswith(("| [", "## "))]
    assert "\n".join(rows) == (
        "## Alerts and their runbooks\n"
        "| [AL199](AL199.md) | odd-rule | error | files of alert rules |  |"
        " A rule is odd |\n"
        "## Wording\n"
        "| [RB999](RB999.md) | odd-step | warning |"
        " runbooks that declare `runbook/v1` | yes | A step is odd \\| or even |"
    )


def test_every_rule_has_a_page_and_a_row() -> None:
    texts = pages()

    codes = {rule.code for rule in all_rules()}
    assert set(texts) == {f"docs/rules/{code}.md" for code in codes} | {
        "docs/rules/README.md"
    }
    listed = re.findall(r"^\| \[(\w+)\]", texts["docs/rules/README.md"], re.MULTILINE)
    assert set(listed) == codes


@every_rule
def test_the_comment_that_a_page_offers_allows_the_rule(rule: Rule) -> None:
    text = page(rule).partition("## How to allow it")[2]

    document = parse_document(
        "\n".join(re.findall(r"^<!-- runbookkit.*$", text, re.MULTILINE)), "a.md"
    )
    allows = [
        *allows_of_document(document),
        *allows_of_lines(tuple(re.findall(r"^# runbookkit.*$", text, re.MULTILINE))),
    ]

    assert bool(allows) == (rule.subject != "allowances")
    assert all(each.codes == (rule.code,) and not each.problem for each in allows)


@every_rule
def test_a_rule_whose_example_is_mended_is_said_to_offer_fixes(rule: Rule) -> None:
    findings = lint_files(example_files(rule, "Bad"), [rule]).findings

    assert offers_fix(rule) or not any(finding.fix for finding in findings)


def test_a_fix_is_also_seen_behind_a_shared_function() -> None:
    assert offers_fix(rule_of("RB204"))
    assert not offers_fix(rule_of("RB407"))

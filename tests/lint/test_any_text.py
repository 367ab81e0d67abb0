"""What holds for every rule and every text: it answers, about places that exist."""

from __future__ import annotations

from pathlib import Path

import hypothesis.strategies as st
from hypothesis import HealthCheck, example, given, settings

from lint.examples import HERE, lint_files
from runbookkit.lint.fixes import apply_fixes
from runbookkit.lint.registry import all_rules
from runbookkit.markdown.lines import split_lines

META = Path(__file__).parents[2] / "meta"
DOCUMENTS = tuple(
    path.read_text(encoding="utf-8")
    for path in (
        HERE / "clean.md",
        HERE / "clean-postmortem.md",
        META / "runbook-template.md",
        META / "postmortem-template.md",
    )
)
PIECES = (
    *("# T\n", "## Diagnosis\n", "## Timeline\n", "### 1. Look\n", "\n", "TODO\n"),
    *("---\n", "format: runbook/v1\n", "format: postmortem/v1\n", "alerts: []\n"),
    *("inputs: {a: {from: labels.a}}\n", "started: 2026-10-06\n", "owner: Bob\n"),
    *("```bash\nkubectl delete pod $X\n```\n", "```promql\nrate(a[5m])\n```\n"),
    *("**In Loki**, at most x lines:\n\n", "**Expect:** `value < `\n\n"),
    *("- **Met:** go to [x](#x)\n", "- **When** `a`: stop\n", "**Ask:** ?\n\n"),
    *("| time | event | source |\n|---|---|---|\n| x | y |\n", "| a |\n|---|\n"),
    *("> We forgot, Bob should have known\n", "<!-- runbookkit: allow RB1 -->\n"),
    *("\ufffd", "\0", "{{ a }}", "<x y>", "\\|", "`", "é\u2028", "[a](b.md#c)"),
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Draw a document of which some lines were dropped, moved, cut or replaced."""
    lines = draw(st.sampled_from(DOCUMENTS)).splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(("drop", "insert", "cut", "move"))):
            case "drop" if len(lines) > 1:
                del lines[at]
            case "insert":
                lines.insert(at, draw(st.sampled_from(PIECES)))
            case "cut":
                lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
            case _:
                lines.insert(draw(st.integers(0, len(lines))), lines[at])
    return "".join(lines)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(st.one_of(texts(), st.lists(st.sampled_from(PIECES)).map("".join), st.text()))
@example("---\nformat: runbook/v1\n---\n")
@example("---\nformat: postmortem/v1\n---\n")
def test_every_rule_answers_about_places_that_exist(text: str) -> None:
    lines = split_lines(text)

    findings = lint_files({"a.md": text}, all_rules()).findings

    for finding in findings:
        assert 1 <= finding.span.line <= finding.span.end_line <= len(lines)
        assert finding.span.column <= len(lines[finding.span.line - 1]) + 1
    apply_fixes(text, findings, unsafe=True)

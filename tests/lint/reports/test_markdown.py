"""A job summary on a pull request."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, strategies as st
from markdown_it import MarkdownIt

from lint.reports.samples import CLEAN, OPEN, SMALL, VAGUE, many
from runbookkit.lint.report import Report, Style
from runbookkit.lint.reports.markdown import MOST_BYTES, render

PAGES = "https://github.com/runbookkit/runbookkit/blob/main/docs/rules"
MARKDOWN = MarkdownIt("commonmark").enable("table")


def test_counts_come_first_then_what_to_do_then_the_findings() -> None:
    text = render(SMALL, Style(base="ops"))

    assert text.startswith(
        "## Runbook lint\n"
        "\n"
        "| | |\n"
        "|---|---:|\n"
        "| files | 3 |\n"
        "| errors | 1 |\n"
        "| warnings | 1 |\n"
        "| infos | 1 |\n"
        "| could not check | 1 |\n"
        "| allowed by comments | 2 |\n"
        "| in the baseline | 1 |\n"
        "| fixable with `--fix` | 1 |\n"
        "\n"
        "### Best next fixes\n"
        "\n"
        f"1. [RB202]({PAGES}/RB202.md) A fence names no language: 1 finding in 1 file,"
        " all fixable  \n"
        "   <code>runbook lint --select RB202 --fix</code>\n"
    )
    assert (
        "### Findings\n"
        "\n"
        "| level | place | rule | finding |\n"
        "|---|---|---|---|\n"
        f"| error | <code>ops/docs/a.md&#58;3</code> | [RB202]({PAGES}/RB202.md)"
        " untagged-fence | this fence names no language |\n"
    ) in text
    assert "### Could not check\n" in text


def test_text_from_outside_is_shown_and_not_obeyed() -> None:
    message = "`a|b` <img src=x> @all [x](y) $x$ | :tada: #1\n# h"

    html = MARKDOWN.render(
        render(Report(1, (replace(VAGUE, message=message),)), Style())
    )

    shown = (
        "<code>a|b</code> &lt;img src=x&gt; @\u2060all [x](y) $x$ | :tada: #1␊# h</td>"
    )
    assert shown in html
    assert "<h1>" not in html


def test_a_graph_is_folded_and_cannot_leave_its_fence() -> None:
    graph = "graph TD\n  a --> b\n```\n<script>"

    text = render(replace(CLEAN, graphs={"a.md": graph}), Style())

    assert text.endswith(
        "<details><summary>Steps of <code>a.md</code></summary>\n"
        "\n"
        "````mermaid\n"
        "graph TD\n"
        "  a --> b\n"
        "```\n"
        "<script>\n"
        "````\n"
        "\n"
        "</details>\n"
        "\n"
    )


def test_a_summary_that_would_be_refused_is_cut_and_says_so() -> None:
    graphs = {f"{number}.md": "graph\n" * 3000 for number in range(40)}
    report = Report(9, many(30_000, "error"), (OPEN,) * 9000, graphs=graphs)

    text = render(report, Style())

    assert len(text.encode()) < MOST_BYTES
    assert "more findings left out here; the log has all." in text
    assert "more open questions left out here" in text
    assert "more step graphs left out here" in text
    assert "<details>" in text


def test_a_clean_run_shows_its_counts_alone() -> None:
    assert render(CLEAN, Style()).endswith("| fixable with `--fix` | 0 |\n\n")


@given(st.text(max_size=60))
def test_no_message_leaves_its_cell(message: str) -> None:
    text = render(Report(1, (replace(VAGUE, message=message),)), Style())

    html = MARKDOWN.render(text)

    table = html.rpartition("<h3>Findings</h3>")[2]
    assert table.count("<td>") == 4
    assert table.count("<") == table.count(">")
    assert not {"<img", "<a href='", "<script", "<h1"} & set(table.split())

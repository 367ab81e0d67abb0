"""``runbook graph``."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.command import CLEAN, Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path)
    found.write("a.md", CLEAN)
    return found


@pytest.mark.parametrize(
    ("form", "begins", "holds"),
    [
        ("text", "1. The failures are still there [reads]\n", "Not met -> escalate"),
        ("mermaid", "flowchart TD\n", 's2 -- "Met" --> s3'),
        (
            "dot",
            "digraph runbook {\n",
            '"restart-the-checkout-pods" -> "end: escalate"',
        ),
    ],
)
def test_steps_are_drawn_in_three_forms(
    place: Place, form: str, begins: str, holds: str
) -> None:
    done = place.run("graph", "a.md", "--format", form)

    assert done.code == 0
    assert done.out.startswith(begins)
    assert holds in done.out


def test_text_is_the_form_for_people(place: Place) -> None:
    assert (
        place.run("graph", "a.md").out == place.run("graph", "a.md", "-f", "text").out
    )


def test_a_page_without_steps_has_no_graph(place: Place) -> None:
    place.write("b.md", "# B\n\nWords.\n")

    done = place.run("graph", "b.md", "-f", "dot")

    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("b.md: no steps")


def test_titles_cannot_break_out_of_the_drawing(place: Place) -> None:
    title = '### Do "this" `now` <b> \\ ]'
    place.write("a.md", CLEAN.replace("### Restart the checkout pods", title))

    mermaid = place.run("graph", "a.md", "-f", "mermaid").out
    dot = place.run("graph", "a.md", "-f", "dot").out

    assert '"2. Do &quot;this&quot;' in mermaid
    assert "<b>" not in mermaid
    assert r'"2. Do \"this\"' in dot


@pytest.mark.parametrize("line", [["gone.md"], ["a.md", "-f", "svg"], []])
def test_what_cannot_be_drawn_is_a_usage_error(place: Place, line: list[str]) -> None:
    done = place.run("graph", *line)

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("runbook: ")

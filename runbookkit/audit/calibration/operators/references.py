"""Defects of what a text points at, and of what it takes as known."""

from __future__ import annotations

from collections.abc import Iterator

from runbookkit.audit.calibration.page import Edited, Page, defect


@defect("stale-reference")
def broken_link(page: Page) -> Iterator[Edited]:
    """Link to a page that was moved away."""
    for number in page.having(r"\]\([\w./-]+\.md[#)]"):
        yield from page.swap(number, r"\]\(([\w./-]+)\.md", r"](\1-gone.md")


@defect("contradiction", "stale-reference")
def alert_that_is_gone(page: Page) -> Iterator[Edited]:
    """Answer an alert that no rule raises."""
    for number in page.having(r"^alerts: \["):
        yield from page.swap(number, r"^alerts: \[(\w+)", r"alerts: [\1Old")


@defect("contradiction")
def severity_of_another(page: Page) -> Iterator[Edited]:
    """Give a severity that the alert does not have."""
    other = {"page": "ticket", "ticket": "page"}
    for number in page.having(r"^severity: "):
        for old, new in other.items():
            yield from page.swap(number, rf"^severity: {old}$", f"severity: {new}")


@defect("assumed-knowledge")
def link_in_words_only(page: Page) -> Iterator[Edited]:
    """Refer to a document without saying where it is."""
    for step in page.steps:
        words = "If in doubt, refer to the troubleshooting documentation first."
        number = step.span.line + 1
        yield page.put(number, number, "", words, "")

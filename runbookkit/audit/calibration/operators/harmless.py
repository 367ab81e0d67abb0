"""Changes that spoil nothing: whoever reports them raises a false alarm."""

from __future__ import annotations

from collections.abc import Iterator

from runbookkit.audit.calibration.page import Edited, Page, benign


@benign
def more_background(page: Page) -> Iterator[Edited]:
    """Tell more about what the alert means."""
    for section in page.runbook.sections:
        if section.title == "Meaning":
            words = "This page was written after the first time that it happened."
            yield page.put(section.end_line + 1, section.end_line, "", words, "")


@benign
def other_words_for_a_step(page: Page) -> Iterator[Edited]:
    """Put a sentence before the command of a step."""
    for step in page.steps:
        number = step.span.line + 1
        words = "The answer comes within a few seconds."
        yield page.put(number, number, "", words, "")


@benign
def metadata_in_another_order(page: Page) -> Iterator[Edited]:
    """Write the owner before the service."""
    services, owners = page.having(r"^service: "), page.having(r"^owner: ")
    if services and owners and owners[0] == services[0] + 1:
        first, last = services[0], owners[0]
        yield page.put(first, last, page.line(last), page.line(first))


@benign
def renamed_everywhere(page: Page) -> Iterator[Edited]:
    """Rename a step, and everything that leads to it."""
    text = "\n".join(page.lines) + "\n"
    for step in page.steps:
        if any(char in step.title for char in "`*_?,.()"):
            continue
        new = f"{step.title} now"
        changed = text.replace(f"### {step.title}\n", f"### {new}\n")
        changed = changed.replace(
            f"[{step.title}](#{step.id})", f"[{new}](#{step.id}-now)"
        )
        if changed != text and f"(#{step.id})" not in changed:
            yield Edited(changed, (step.span.line,))


@benign
def longer_time_out(page: Page) -> Iterator[Edited]:
    """Give a command more time."""
    for step in page.steps:
        if step.action is not None and step.action.lead is not None:
            yield from page.swap(
                step.action.lead.span.line, r"within 15s", "within 20s"
            )


@benign
def reviewed_by_another_team(page: Page) -> Iterator[Edited]:
    """Hand the page to another team."""
    for number in page.having(r"^owner: "):
        yield page.put(number, number, "owner: team-platform")


@benign
def another_impact(page: Page) -> Iterator[Edited]:
    """Say in more words what it costs."""
    for section in page.runbook.sections:
        if section.title == "Impact":
            words = "Whoever waits longer than that goes elsewhere."
            yield page.put(section.end_line + 1, section.end_line, "", words, "")

"""Defects of what a step expects and captures."""

from __future__ import annotations

from collections.abc import Iterator

from seeded.page import Page, Planted
from seeded.planting import plants


@plants("RB501")
def drop_expect(page: Page) -> Iterator[Planted]:
    for step in page.actions():
        at, opening = step.label("Expect"), step.opening
        if at is None or opening is None or step.label("Capture") is not None:
            continue
        polls = step.lead is not None and " every " in page.lines[step.lead]
        yield page.put(at, at + 2, at=step.lead if polls else opening)


@plants("RB507")
def garble_expectation(page: Page) -> Iterator[Planted]:
    for step in page.actions():
        at = step.label("Expect")
        if at is None:
            continue
        yield from page.sub(at, r"`([^`]+)`$", r"`\1 &&`")
        yield from page.sub(at, r"`[^`]+`$", "`value_of_all < 1`")
        yield from page.sub(at, r"`[^`]+`$", "`'many'`")
        yield from page.sub(at, r": `[^`]+`$", "")
        yield from page.sub(at, r"\blines\b(?=[.\[])", "line")
        yield from page.sub(at, r"\btraces\b(?=[.\[])", "series")


@plants("RB507")
def repeat_expectation(page: Page) -> Iterator[Planted]:
    for step in page.actions():
        at = step.label("Expect")
        if at is not None:
            yield page.insert(at + 2, page.lines[at], "")


@plants("RB508")
def garble_capture(page: Page) -> Iterator[Planted]:
    for at in page.every(r"^\*\*Capture:\*\* `"):
        yield from page.sub(at, r"(= `[^`]+)`$", r"\1 +`")
        yield from page.sub(at, r"= `[^`]+`$", "= `answer.name`")
        yield from page.sub(at, r" = `[^`]+`$", "")
        yield from page.sub(at, r"\[0\]\.[\w.]+`$", "`")


@plants("RB515")
def expect_a_constant(page: Page) -> Iterator[Planted]:
    for step in page.actions():
        at = step.label("Expect")
        if at is not None:
            yield from page.sub(at, r"`[^`]+`$", "`0.05 < 0.1`")
            yield from page.sub(at, r"`[^`]+`$", "`true`")

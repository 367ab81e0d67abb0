"""Defects of links, and of what a text hides."""

from __future__ import annotations

from collections.abc import Iterator

from seeded.page import Page, Planted
from seeded.planting import World, plants


@plants("RB801", on=("runbook", "postmortem", "page"))
def broken_link(page: Page) -> Iterator[Planted]:
    for at in page.every(r"\]\([^)#:]+\.md\)"):
        yield from page.sub(at, r"\]\(([^)#:]+)\.md\)", r"](\1-old.md)")
        yield from page.sub(at, r"\]\(([^)#:]+)\.md\)", r"](\1.md#no-such-heading)")
    for at in page.headings(2):
        yield page.insert(
            at, "See [the table of thresholds](#thresholds-of-old).", "", at=at
        )


@plants("RB804", world=World(online=True))
def stale_metric(page: Page) -> Iterator[Planted]:
    for step in page.actions("promql"):
        for at in step.body:
            yield from page.sub(at, r"\b([a-z]+(?:_[a-z]+)+)(?=[{\[])", r"old_\1")


@plants("RB907", on=("runbook", "postmortem", "page"))
def hide_character(page: Page) -> Iterator[Planted]:
    for at in page.every(r"[a-z]{4} [a-z]{4}"):
        for hidden in ("\u200b", "\u202e", "\u2066", "\U000e0041", "\u00ad"):
            yield from page.sub(at, r"(?<=[a-z]{4})(?= [a-z]{4})", hidden)

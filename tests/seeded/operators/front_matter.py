"""Defects of what stands above the title."""

from __future__ import annotations

from collections.abc import Iterator

from seeded.page import Page, Planted
from seeded.planting import plants


def _values(page: Page, key: str, *values: str) -> Iterator[Planted]:
    for at in page.every(rf"^{key}:", range(page.front_end)):
        for value in values:
            yield page.put(at, at + 1, f"{key}: {value}".rstrip())


def _without(page: Page, *keys: str) -> Iterator[Planted]:
    for at in page.every(rf"^(?:{'|'.join(keys)}):", range(page.front_end)):
        # a missing key has no place of its own; the first line stands for it
        yield page.put(at, at + 1, at=0)


@plants("RB101")
def rename_title(page: Page) -> Iterator[Planted]:
    title = page.headings(1)[0]
    yield page.put(title, title + 1, page.lines[title] + " again")


@plants("RB104")
def drop_owner(page: Page) -> Iterator[Planted]:
    yield from _without(page, "owner")
    yield from _values(page, "owner", "", "TBD", "'?'")


@plants("RB109")
def drop_trigger(page: Page) -> Iterator[Planted]:
    yield from _without(page, "alerts")
    yield from _values(page, "alerts", "[]", "")


@plants("RB110", on=("runbook", "postmortem"))
def break_front_matter(page: Page) -> Iterator[Planted]:
    for at in page.every(r"^(?:title|service|owner):", range(page.front_end)):
        yield page.put(at, at + 1, f"{page.lines[at]}: and more")
    for at in page.every(r"^\w+: \[.*\]$", range(page.front_end)):
        yield page.put(at, at + 1, page.lines[at].removesuffix("]"))
    yield page.insert(2, "\tservice: tabbed")


@plants("RB111")
def misvalue_metadata(page: Page) -> Iterator[Planted]:
    yield from _values(page, "reviewed", "last week", "2026-13-41", "[yesterday]")
    yield from _values(page, "severity", "[page, ticket]")
    yield from _values(page, "alerts", "7", "{name: LokiDown}")
    yield page.insert(3, "sevices: [shop]")
    for at in page.every(
        r"^    (?:description|pattern|from|default):", range(page.front_end)
    ):
        yield page.insert(at, "    patern: x", at=at)


@plants("RB112")
def drop_metadata(page: Page) -> Iterator[Planted]:
    yield from _without(page, "title", "service", "severity")
    yield from _values(page, "service", "")


@plants("RB116", on=("runbook", "postmortem"))
def declare_unknown_format(page: Page) -> Iterator[Planted]:
    yield from _values(
        page, "format", "runbook/v9", "runbok/v1", "runbook", "postmortem/v2"
    )


@plants("RB305")
def drop_input(page: Page) -> Iterator[Planted]:
    """Take away what says where an input's value comes from."""
    inputs = page.every(r"^  \w+:$", range(page.front_end))
    for at in inputs:
        end = at + 1
        while page.lines[end].startswith("    "):
            end += 1
        kept = [
            line
            for line in page.lines[at + 1 : end]
            if not line.strip().startswith(("description:", "from:", "default:"))
        ]
        yield page.put(
            at,
            end,
            *([page.lines[at], *kept] if kept else [f"{page.lines[at]} {{}}"]),
            at=at,
        )


@plants("RB311")
def mismatch_default(page: Page) -> Iterator[Planted]:
    for at in page.every(r"^    default: ", range(page.front_end)):
        yield page.put(at, at + 1, "    default: 'not at all: like this!'")
    for at in page.every(r"^    pattern: ", range(page.front_end)):
        yield page.put(at, at + 1, "    pattern: '[a-z'")
        yield page.put(at, at + 1, "    type: choice")
    for at in page.every(r"^  \w+:$", range(page.front_end)):
        yield page.put(at, at + 1, "  labels:")

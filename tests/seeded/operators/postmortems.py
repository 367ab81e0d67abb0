"""Defects of postmortems."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from seeded.page import Page, Planted
from seeded.planting import plants

_ROW = r"^\| 2026-"


def _front(page: Page, pattern: str) -> list[int]:
    return page.every(pattern, range(page.front_end))


@plants("PM101")
def drop_postmortem_section(page: Page) -> Iterator[Planted]:
    title = page.headings(1)[0]
    for at in page.headings(2):
        section = page.section(page.lines[at].removeprefix("## "))
        if page.lines[at] != "## Response":
            yield page.put(section.start, section.stop, at=title)


@plants("PM102")
def empty_postmortem_section(page: Page) -> Iterator[Planted]:
    for at in page.headings(2):
        title = page.lines[at].removeprefix("## ")
        section = page.section(title)
        if title not in {"Timeline", "Action items"}:
            for words in ("TODO", "To be written", "<what happened>", ""):
                yield page.put(
                    section.start, section.stop, page.lines[at], "", words, ""
                )


@plants("PM103")
def misvalue_postmortem_metadata(page: Page) -> Iterator[Planted]:
    for at in _front(page, r"^(?:started|detected|mitigated|resolved): "):
        yield from page.sub(at, r": .*", ": 2026-10-06 14:02")
        yield from page.sub(at, r": .*", ": in the afternoon")
    for at in _front(page, r"^(?:services|runbooks|alerts): "):
        yield from page.sub(at, r": .*", ": 7")
    yield page.insert(3, "blame: nobody")


@plants("PM104")
def drop_postmortem_metadata(page: Page) -> Iterator[Planted]:
    for at in _front(
        page,
        r"^(?:title|incident|severity|status|started|detected|mitigated|resolved|services|runbooks):",
    ):
        yield page.put(at, at + 1, at=0)


@plants("PM105")
def swap_postmortem_sections(page: Page) -> Iterator[Planted]:
    marks = [*page.headings(2), len(page.lines)]
    for one, other, end in zip(marks, marks[1:], marks[2:], strict=False):
        moved = (*page.lines[other:end], *page.lines[one:other])
        yield page.put(one, end, *moved, at=one, to=one + end - other)


@plants("PM106")
def reorder_times(page: Page) -> Iterator[Planted]:
    for at in _front(page, r"^(?:detected|acknowledged|mitigated|resolved): "):
        yield from page.sub(at, r"2026-10-06T1", "2026-10-05T1")


@plants("PM201")
def drop_table(page: Page) -> Iterator[Planted]:
    for title in ("Timeline", "Action items"):
        section = page.section(title)
        rows = page.every(r"^\|", section)
        if rows:
            told = [
                f"- {page.lines[at].strip('| ')}".replace("|", ",") for at in rows[2:]
            ]
            yield page.put(rows[0], rows[-1] + 1, *told, at=section.start)
            yield from page.sub(rows[0], r"\| (?:source|owner) ", "| remark ")


@plants("PM202")
def shuffle_timeline(page: Page) -> Iterator[Planted]:
    rows = page.every(_ROW, page.section("Timeline"))
    for one, other in pairwise(rows):
        yield page.put(one, other + 1, page.lines[other], page.lines[one], at=other)


@plants("PM203")
def move_event_out(page: Page) -> Iterator[Planted]:
    rows = page.every(_ROW, page.section("Timeline"))
    yield from page.sub(rows[0], r"2026-10-06", "2026-10-05")
    yield from page.sub(rows[-1], r"2026-10-06", "2026-10-07")


@plants("PM204")
def garble_time(page: Page) -> Iterator[Planted]:
    for at in page.every(_ROW, page.section("Timeline")):
        for wrong in ("HH:mm", "14:02", "2026-10-06 14:02", "later", ""):
            yield from page.sub(at, r"^\| \S+", f"| {wrong}")


@plants("PM301")
def empty_action_item(page: Page) -> Iterator[Planted]:
    section = page.section("Action items")
    for at in page.every(r"\| 2026-\d\d-\d\d \|", section):
        yield from page.sub(at, r"\| 2026-\d\d-\d\d \|", "| soon |")
        yield from page.sub(at, r"\| 2026-\d\d-\d\d \|", "| |")
        yield from page.sub(at, r"\| team-\w+ \|", "| TBD |")


@plants("PM302")
def misname_action_kind(page: Page) -> Iterator[Planted]:
    for at in page.every(r"\| 2026-\d\d-\d\d \|", page.section("Action items")):
        yield from page.sub(
            at, r"\| (prevent|detect|mitigate|process) \|", r"| \1ion |"
        )


@plants("PM405")
def misname_severity(page: Page) -> Iterator[Planted]:
    for at in _front(page, r"^(?:severity|status): "):
        yield from page.sub(at, r": .*", ": major")
        yield from page.sub(
            at, r": .*", ": SEV-3" if "severity" in page.lines[at] else ": Closed"
        )

"""Defects of titles, sections and steps as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from seeded.page import Page, Planted
from seeded.planting import plants

_REQUIRED = (
    "Meaning",
    "Impact",
    "Diagnosis",
    "Mitigation",
    "Verification",
    "Escalation",
)
_HOLD_STEPS = ("Diagnosis", "Mitigation", "Verification")


def _sections(page: Page, *titles: str) -> Iterator[range]:
    for title in titles:
        if section := page.section(title):
            yield section


@plants("RB102")
def drop_section(page: Page) -> Iterator[Planted]:
    title = page.headings(1)[0]
    for section in _sections(page, *_REQUIRED):
        # a missing section has no place of its own; the title stands for it
        yield page.put(section.start, section.stop, at=title)


@plants("RB103")
def empty_section(page: Page) -> Iterator[Planted]:
    for section in _sections(page, *_REQUIRED, "Notes"):
        heading = page.lines[section.start]
        yield page.put(section.start, section.stop, heading, "")
        yield page.put(
            section.start, section.stop, heading, "", "TODO: ask the team", ""
        )
        yield page.put(
            section.start, section.stop, heading, "", "<what the page is about>", ""
        )


@plants("RB106")
def repeat_step_name(page: Page) -> Iterator[Planted]:
    for one in page.steps:
        for other in page.steps:
            if one.first < other.first:
                yield page.put(other.first, other.first + 1, page.lines[one.first])


@plants("RB107")
def write_steps_as_prose(page: Page) -> Iterator[Planted]:
    for section in _sections(page, *_HOLD_STEPS):
        titles = [step.title for step in page.steps if step.first in section]
        prose = [f"- {title}" for title in titles]
        yield page.put(
            section.start,
            section.stop,
            page.lines[section.start],
            "",
            *prose,
            "",
            at=section.start,
        )


@plants("RB113")
def swap_sections(page: Page) -> Iterator[Planted]:
    present = list(_sections(page, *_REQUIRED, "Notes"))
    for one, other in pairwise(present):
        moved = (
            *page.lines[other.start : other.stop],
            *page.lines[one.start : one.stop],
        )
        # either of the two may be called misplaced
        yield page.put(
            one.start, other.stop, *moved, at=one.start, to=one.start + len(other)
        )


@plants("RB115")
def outgrow(page: Page) -> Iterator[Planted]:
    section = page.section("Diagnosis")
    if section:
        steps = [
            line
            for number in range(201)
            for line in (f"### Look at pod {number}", "", "Is it ready?", "")
        ]
        # the first step beyond the limit; the page has a few before these
        last = 4 * 200
        yield page.put(
            section.start + 2,
            section.start + 2,
            *steps,
            at=section.start + 2,
            to=section.start + last,
        )
    yield page.insert(len(page.lines), "x" * 600_000, at=0)


@plants("RB117")
def misplace_title(page: Page) -> Iterator[Planted]:
    title = page.headings(1)[0]
    yield page.put(title, title + 1)
    for at in page.headings(2):
        yield page.put(at, at + 1, page.lines[at].removeprefix("#"))


@plants("RB118")
def repeat_section(page: Page) -> Iterator[Planted]:
    for section in _sections(page, *_REQUIRED):
        heading = page.lines[section.start]
        yield page.insert(
            section.stop,
            heading,
            "",
            "One thing more, which was forgotten above.",
            "",
            at=section.stop,
        )


@plants("RB120", on=("runbook", "postmortem", "page"))
def break_encoding(page: Page) -> Iterator[Planted]:
    for at in page.every(r"[a-z]{6}"):
        line = page.lines[at]
        cut = page.pick.randrange(len(line))
        yield page.put(
            at, at + 1, line[:cut] + b"caf\xe9".decode("utf-8", "replace") + line[cut:]
        )


@plants("RB192", on=("runbook", "postmortem"))
def let_allow_expire(page: Page) -> Iterator[Planted]:
    code = "PM401" if "postmortem" in page.path else "RB606"
    for at in (*page.headings(2), *page.headings(3)):
        yield page.insert(
            at, f'<!-- runbookkit: allow {code} until=2020-01-01 reason="soon" -->'
        )


@plants("RB193", on=("runbook", "postmortem", "rules"))
def garble_allow(page: Page) -> Iterator[Planted]:
    comment = "# {}" if page.path.endswith(".yaml") else "<!-- {} -->"
    places = page.every(r"^      - alert:") or page.headings(2)
    for at in places:
        for words in (
            "allow RB606",
            'allow reason="why not"',
            'allow RB606 until=soon reason="x"',
        ):
            yield page.insert(at, comment.format(f"runbookkit: {words}"))


@plants("RB200")
def drop_all_commands(page: Page) -> Iterator[Planted]:
    kept: list[str] = []
    fenced = False
    for line in page.lines:
        fenced ^= line.startswith("```")
        if not fenced and not line.startswith(("```", "**In ", "**With ")):
            kept.append(line)
    title = page.headings(1)[0]
    yield page.put(0, len(page.lines), *kept, at=title)

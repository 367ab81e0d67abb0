"""The same document in other marks: line ends, spaces, bullets, fences, quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from seeded.harmless import harmless
from seeded.page import Page
from seeded.planting import Kind

_MARKDOWN: Final[tuple[Kind, ...]] = ("runbook", "postmortem", "page")


def _prose(page: Page) -> set[int]:
    """Return the lines that stand in neither front matter nor fence."""
    start = page.front_end + 1 if page.lines[0] == "---" else 0
    fenced = False
    found: set[int] = set()
    for at in range(start, len(page.lines)):
        mark = page.lines[at].startswith("```")
        fenced ^= mark
        if not fenced and not mark:
            found.add(at)
    return found


def _only(page: Page, lines: list[str]) -> Mapping[str, str]:
    return {page.path: "\n".join(lines)}


@harmless("runbook", "postmortem", "page", "rules")
def use_crlf(page: Page) -> Iterator[Mapping[str, str]]:
    yield {page.path: page.text.replace("\n", "\r\n")}
    yield {page.path: page.text.replace("\n", "\r")}


@harmless("runbook", "postmortem", "page", "rules")
def begin_with_byte_order_mark(page: Page) -> Iterator[Mapping[str, str]]:
    yield {page.path: "\ufeff" + page.text}


@harmless("runbook", "postmortem", "page", "rules")
def end_otherwise(page: Page) -> Iterator[Mapping[str, str]]:
    yield {page.path: page.text.rstrip("\n")}
    yield {page.path: page.text + "\n\n\n"}


@harmless(*_MARKDOWN)
def add_trailing_spaces(page: Page) -> Iterator[Mapping[str, str]]:
    prose = _prose(page)
    for spaces in (" ", "  ", "\t"):
        yield _only(
            page,
            [
                line + spaces * (at in prose and bool(line))
                for at, line in enumerate(page.lines)
            ],
        )


@harmless(*_MARKDOWN)
def double_blank_lines(page: Page) -> Iterator[Mapping[str, str]]:
    prose = _prose(page)
    yield _only(
        page,
        [
            line + "\n" * (at in prose and not line)
            for at, line in enumerate(page.lines)
        ],
    )


@harmless(*_MARKDOWN)
def change_list_marks(page: Page) -> Iterator[Mapping[str, str]]:
    prose = _prose(page)
    for mark in ("* ", "+ ", "-   "):
        yield _only(
            page,
            [
                re.sub(r"^- ", mark, line) if at in prose else line
                for at, line in enumerate(page.lines)
            ],
        )


@harmless(*_MARKDOWN)
def join_lines_of_paragraphs(page: Page) -> Iterator[Mapping[str, str]]:
    prose = _prose(page)
    lines: list[str] = []
    for at, line in enumerate(page.lines):
        follows = at in prose and at - 1 in prose and line[:1].isalnum()
        if follows and lines and re.match(r"[\w`\"(*-]", lines[-1]):
            lines[-1] += f" {line}"
        else:
            lines.append(line)
    yield _only(page, lines)


@harmless("runbook", "postmortem")
def use_other_fences(page: Page) -> Iterator[Mapping[str, str]]:
    for fence in ("~~~", "````"):
        yield {page.path: re.sub(r"^```", fence, page.text, flags=re.MULTILINE)}


@harmless("runbook", "postmortem")
def close_headings(page: Page) -> Iterator[Mapping[str, str]]:
    prose = _prose(page)
    yield _only(
        page,
        [
            re.sub(r"^(#+) (.*)$", r"\1 \2 \1", line) if at in prose else line
            for at, line in enumerate(page.lines)
        ],
    )


@harmless("runbook", "postmortem")
def underline_headings(page: Page) -> Iterator[Mapping[str, str]]:
    prose = _prose(page)
    lines = [
        re.sub(r"^## (.*)$", r"\1\n---", re.sub(r"^# (.*)$", r"\1\n===", line))
        if at in prose
        else line
        for at, line in enumerate(page.lines)
    ]
    yield _only(page, lines)


@harmless("runbook")
def number_steps(page: Page) -> Iterator[Mapping[str, str]]:
    """Number the steps as many houses do, with the links that lead to them."""
    book = dict(page.files)
    name = page.path.rpartition("/")[2]
    for number, step in enumerate(page.steps, 1):
        new = f"{number}-{step.anchor}"
        own = book[page.path].replace(
            f"### {step.title}\n", f"### {number}. {step.title}\n"
        )
        book[page.path] = own.replace(f"(#{step.anchor})", f"(#{new})")
        for path, text in book.items():
            book[path] = text.replace(f"({name}#{step.anchor})", f"({name}#{new})")
    yield {path: text for path, text in book.items() if text != page.files[path]}


@harmless("runbook", "postmortem")
def reorder_front_matter(page: Page) -> Iterator[Mapping[str, str]]:
    starts = page.every(r"^\w+:", range(page.front_end))
    ends = [*starts[1:], page.front_end]
    parts = [page.lines[at:end] for at, end in zip(starts, ends, strict=True)]
    for _ in range(3):
        page.pick.shuffle(parts)
        shuffled = [line for part in parts for line in part]
        yield _only(page, ["---", *shuffled, *page.lines[page.front_end :]])


@harmless("runbook", "postmortem")
def restyle_front_matter(page: Page) -> Iterator[Mapping[str, str]]:
    """Write lists in block style, and texts in quotes."""
    lines: list[str] = []
    for line in page.lines[: page.front_end]:
        items = re.fullmatch(r"(\w+): \[(.+)\]", line)
        text = re.fullmatch(r"(title|owner|service|severity): ([^\"':]+)", line)
        if items:
            lines += [f"{items[1]}:", *(f"  - {each}" for each in items[2].split(", "))]
        elif text:
            lines.append(f'{text[1]}: "{text[2]}"')
        else:
            lines.append(line)
    yield _only(page, [*lines, *page.lines[page.front_end :]])
    comment = "# Kept by hand; see the template."
    yield _only(page, ["---", comment, *page.lines[1:]])


@harmless("rules")
def restyle_rules(page: Page) -> Iterator[Mapping[str, str]]:
    """Quote labels, write short expressions as blocks, add comments."""
    text = re.sub(
        r"(severity|service|team): ([\w-]+)$",
        r'\1: "\2"',
        page.text,
        flags=re.MULTILINE,
    )
    yield {page.path: text}
    block = re.sub(
        r"^        expr: (?!\|)(.*)$",
        r"        expr: |\n          \1",
        page.text,
        flags=re.MULTILINE,
    )
    yield {page.path: block}
    yield {
        page.path: page.text.replace(
            "      - alert:", "      # agreed with the team\n      - alert:"
        )
    }

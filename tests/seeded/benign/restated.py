"""The same numbers, queries and commands, written as others would."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from seeded.harmless import harmless
from seeded.page import Page, Step


def _swapped(page: Page, pattern: str, new: str) -> Iterator[Mapping[str, str]]:
    """Replace all matches of a page, if there are any."""
    text = re.sub(pattern, new, page.text, flags=re.MULTILINE)
    if text != page.text:
        yield {page.path: text}


def _each(page: Page, pattern: str, new: str) -> Iterator[Mapping[str, str]]:
    for at in page.every(pattern):
        for planted in page.sub(at, pattern, new):
            yield planted.changed


@harmless("runbook", "postmortem")
def close_up_units(page: Page) -> Iterator[Mapping[str, str]]:
    for space in ("", "\u00a0"):
        lines = [
            line
            if line.startswith("#")
            else re.sub(r"(?<=\d) (?=%|ms\b|MB\b|KB\b|GB\b)", space, line)
            for line in page.lines
        ]
        yield {page.path: "\n".join(lines)}


@harmless()
def restate_times(page: Page) -> Iterator[Mapping[str, str]]:
    yield from _swapped(page, r"\b500 ms\b", "0.5 s")
    yield from _swapped(page, r"\b500 ms\b", "0.5 seconds")
    yield from _swapped(page, r"\b3,600 seconds\b", "1 hour")
    yield from _swapped(page, r"\b10 minutes\b", "10m")
    yield from _swapped(page, r": for 15 minutes\b", ": for a quarter of an hour")


@harmless("rules")
def restate_rules(page: Page) -> Iterator[Mapping[str, str]]:
    yield from _swapped(page, r"for: 10m$", "for: 600s")
    yield from _swapped(page, r"for: 15m$", "for: 0h15m")
    yield from _swapped(page, r"for: (\w+)$", r'for: "\1"')
    yield from _swapped(page, r"> 3e6$", "> 3000000")
    yield from _swapped(page, r"> 3e6$", "> 3 * 1000 * 1000")
    yield from _swapped(page, r"> 0\.001$", "> 1e-3")
    yield from _swapped(
        page, r"sum by \((\w+)\) \((.*)\) > (\d\w*)$", r"sum(\2) by (\1) > \3"
    )


@harmless()
def turn_expectation_round(page: Page) -> Iterator[Mapping[str, str]]:
    yield from _each(page, r"`value > ([\d.e]+)`$", r"`\1 < value`")
    yield from _each(page, r"`value < ([\d.e]+)`$", r"`!(value >= \1)`")
    yield from _each(page, r"`value < ([\d.e]+)`$", r"`value < \1 && value >= 0.0`")
    yield from _each(page, r"`lines\.size\(\) > 0`$", r"`size(lines) > 0`")
    yield from _each(page, r"`value > 0\.001`$", "`value > 1e-3`")


@harmless()
def break_lines_of_queries(page: Page) -> Iterator[Mapping[str, str]]:
    for step in page.actions("promql"):
        at = step.body[0]
        if len(step.body) == 1 and " / " in page.lines[at]:
            above, _, below = page.lines[at].partition(" / ")
            yield page.put(at, at + 1, above, "  /", below).changed
        yield page.insert(at, "# The same as the alert asks.").changed
    for step in page.actions("logql"):
        at = step.body[0]
        if len(step.body) == 1:
            yield page.put(
                at, at + 1, *page.lines[at].replace(" | ", "\n  | ").split("\n")
            ).changed


@harmless()
def break_lines_of_commands(page: Page) -> Iterator[Mapping[str, str]]:
    for step in page.actions("bash"):
        at = step.body[0]
        yield page.insert(at, "# The admin interface answers within a second.").changed
        if len(step.body) == 1 and " --" in page.lines[at]:
            yield page.put(
                at, at + 1, *page.lines[at].replace(" --", " \\\n  --").split("\n")
            ).changed
        if step.label("Reads only") is not None and page.lines[at].startswith("curl"):
            yield page.put(at, at + 1, f"timeout 20 {page.lines[at]}").changed
        if len(step.body) == 1:
            yield page.put(at, at + 1, f"set -o pipefail; {page.lines[at]}").changed


@harmless()
def tag_shell_otherwise(page: Page) -> Iterator[Mapping[str, str]]:
    yield from _swapped(page, r"^```bash$", "```sh")
    yield from _swapped(page, r"^```bash$", "``` bash")


@harmless()
def fence_rollback(page: Page) -> Iterator[Mapping[str, str]]:
    yield from _swapped(
        page, r"^\*\*Rollback:\*\* `(.*)`$", r"**Rollback:**\n\n```bash\n\1\n```"
    )


@harmless()
def say_why_no_rollback(page: Page) -> Iterator[Mapping[str, str]]:
    yield from _swapped(
        page,
        r"^\*\*Rollback:\*\* `(?!.*_before).*`$",
        "**Rollback:** none, because the next deploy sets it",
    )


@harmless()
def reorder_labels(page: Page) -> Iterator[Mapping[str, str]]:
    """Put what a step says of itself in another order, or below its branches."""
    for step in page.actions():
        marks = [
            at
            for at in map(
                step.label, ("Reads only", "Changes", "Expect", "Capture", "Rollback")
            )
            if at is not None
        ]
        if len(marks) > 1:
            yield _permuted(page, marks, list(reversed(marks)))
        yield _moved_down(step, marks[-1])


def _permuted(page: Page, marks: list[int], order: list[int]) -> Mapping[str, str]:
    lines = list(page.lines)
    for place, source in zip(sorted(marks), sorted(order, reverse=True), strict=True):
        lines[place] = page.lines[source]
    return {page.path: "\n".join(lines)}


def _moved_down(step: Step, mark: int) -> Mapping[str, str]:
    page, last = step.page, step.bullets[-1]
    lines = [
        *page.lines[:mark],
        *page.lines[mark + 2 : last + 1],
        "",
        page.lines[mark],
        *page.lines[last + 1 :],
    ]
    return {page.path: "\n".join(lines)}


@harmless()
def rename_step_oddly(page: Page) -> Iterator[Mapping[str, str]]:
    """Give a step a title whose anchor is not obvious, and link it as GitHub does."""
    for step in page.steps:
        for title, anchor in (
            ("Look (again) at `a/b` & c?", "look-again-at-ab--c"),
            ("Läuft es, 2\u00d7?", "läuft-es-2"),
            ("It's *really* slow", "its-really-slow"),
        ):
            book = {
                path: _renamed(path, text, step, (title, anchor))
                for path, text in page.files.items()
            }
            yield {
                path: text for path, text in book.items() if text != page.files[path]
            }


def _renamed(path: str, text: str, step: Step, new: tuple[str, str]) -> str:
    title, anchor = new
    own = path == step.page.path
    name = "" if own else step.page.path.rpartition("/")[2]
    text = re.sub(
        rf"\[[^]]*\]\({re.escape(name)}#{re.escape(step.anchor)}\)",
        f"[{title}]({name}#{anchor})",
        text,
    )
    return text.replace(f"### {step.title}\n", f"### {title}\n") if own else text

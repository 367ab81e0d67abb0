"""Defects of commands, queries and the line that leads to them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from seeded.page import Page, Planted, Step
from seeded.planting import plants

_SHELL = ("bash", "sh")
_QUERIES = ("promql", "logql", "traceql")


def _line_in(step: Step, pattern: str) -> Iterator[int]:
    yield from step.page.every(pattern, step.body)


@plants("RB201")
def leave_step_empty(page: Page) -> Iterator[Planted]:
    """Leave the heading of a step, and perhaps where it leads."""
    for step in page.steps:
        heading, bullets = (
            page.lines[step.first],
            [page.lines[at] for at in step.bullets],
        )
        if not step.is_question:
            yield page.put(
                step.first, step.end, heading, "", *bullets, "", at=step.first
            )
        yield page.put(step.first, step.end, heading, "", at=step.first)


@plants("RB507")
def drop_command(page: Page) -> Iterator[Planted]:
    """Delete the command of a step, with or without the line that leads to it."""
    for step in page.actions():
        expect, lead, opening = step.label("Expect"), step.lead, step.opening
        if expect is not None and lead is not None and opening is not None:
            for first in (lead, opening):
                gone = step.closing + 2 - first
                yield page.put(first, first + gone, at=expect - gone)


@plants("RB203")
def break_syntax(page: Page) -> Iterator[Planted]:
    for step in page.actions(*_QUERIES):
        at = step.body[-1]
        for mark in ")]":
            if mark in page.lines[at].replace("}}", ""):
                cut = page.lines[at].rindex(mark)
                yield page.put(
                    at, at + 1, page.lines[at][:cut] + page.lines[at][cut + 1 :]
                )
    for step in page.actions(*_SHELL):
        at = step.body[-1]
        yield page.put(at, at + 1, page.lines[at] + " | sed 's/a/b/")
        yield page.put(at, at + 1, page.lines[at] + " &&")
    for step in page.actions("bpftrace"):
        at = step.body[-1]
        blocks = page.every(r"^\{$", step.body)
        yield page.put(at, at + 1, at=blocks[-1])


@plants("RB206")
def let_command_run_on(page: Page) -> Iterator[Planted]:
    for step in page.actions(*_SHELL):
        first, last = step.body[0], step.body[-1]
        for endless in (
            "kubectl -n shop logs -f deploy/checkout",
            "tail -f /var/log/syslog",
            "watch date",
            "ping payments",
        ):
            yield page.put(first, last + 1, endless)
        yield (
            page.put(first, first + 1, f"while true; do {page.lines[first]}; done")
            if first == last
            else page.insert(last + 1, "journalctl --follow")
        )
    for step in page.actions("bpftrace"):
        for at in _line_in(step, r"^interval:s:30$"):
            lead = step.lead or 0
            without = [line for line in page.lines[at:] if line]
            assert without[2].strip() == "exit();"
            lines = [*page.lines[lead:at], *page.lines[at + 5 :]]
            lines[0] = lines[0].replace(", for 30s", "")
            opening = step.opening or 0
            yield page.put(lead, len(page.lines), *lines, at=opening)


@plants("RB207")
def curl_quotes(page: Page) -> Iterator[Planted]:
    for step in page.actions():
        for at in step.body:
            if "'" not in page.lines[at]:
                yield from page.sub(at, r'=~?"', "=\u201c")
            yield from page.sub(at, r" --(?=\w)", " \u2013-")
            if step.language in _SHELL and "$(" not in page.lines[at]:
                yield from page.sub(at, r"(?<=\w) (?=-)", "\u00a0")


@plants("RB208")
def break_continuation(page: Page) -> Iterator[Planted]:
    for step in page.actions(*_SHELL):
        for at in step.body:
            if page.lines[at].endswith("\\"):
                yield page.put(at, at + 1, page.lines[at] + " ")
        if len(step.body) == 1 and " " in page.lines[step.body[0]].strip():
            start, _, rest = page.lines[step.body[0]].partition(" ")
            yield page.put(
                step.body[0],
                step.body[0] + 1,
                f"{start} \\ ",
                f"  {rest}",
                at=step.body[0],
            )


@plants("RB210")
def elide_command(page: Page) -> Iterator[Planted]:
    for step in page.actions(*_SHELL):
        at = step.body[-1]
        yield page.put(at, at + 1, page.lines[at] + " ...")
        yield from page.sub(at, r" --max-time 10 ", " \u2026 ")
    for step in page.actions(*_QUERIES):
        for at in step.body:
            yield from page.sub(at, r'job="checkout"', 'job="checkout", ...')
            yield from page.sub(at, r"\[5m\]", "[...]")


@plants("RB211")
def garble_lead(page: Page) -> Iterator[Planted]:
    for step in page.actions():
        at = step.lead
        if at is not None:
            line = page.lines[at].removesuffix(":")
            yield page.put(at, at + 1, f"{line}, during the past hour:")
            yield page.put(at, at + 1, f"{line}, as soon as possible:")
            yield from page.sub(at, r"over the last \w+", "over the last while")
            yield from page.sub(at, r"within \d+s", "within a few seconds")


@plants("RB213")
def misplace_option(page: Page) -> Iterator[Planted]:
    wrong = {
        "promql": "for 30s",
        "logql": "on localhost",
        "traceql": "on localhost",
        "bash": "at most 10 lines",
        "bpftrace": "over the last 5m",
    }
    for step in page.actions(*wrong):
        if step.lead is not None:
            line = page.lines[step.lead].removesuffix(":")
            yield page.put(step.lead, step.lead + 1, f"{line}, {wrong[step.language]}:")


@plants("RB704")
def wrong_tool(page: Page) -> Iterator[Planted]:
    others = {
        "promql": "**In Loki**",
        "logql": "**In Tempo**",
        "traceql": "**In Prometheus**",
        "bash": "**In Loki**",
    }
    for step in page.actions(*others):
        if step.lead is not None:
            yield from page.sub(step.lead, r"^\*\*In [\w ]+\*\*", others[step.language])
    tags = {"promql": "bash", "traceql": "promql", "bash": "promql"}
    for step in page.actions("promql", "traceql"):
        at = step.opening or 0
        shown = re.sub(r"\w+$", tags[step.language], page.lines[at])
        yield page.put(at, at + 1, shown)

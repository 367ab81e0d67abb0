"""Proposals for what a text points at, and for what does not belong into it."""

from __future__ import annotations

import re
from typing import Final

from runbookkit.audit.suggest_edits import Change, Found, Spot, whole_lines
from runbookkit.model.document import Prose
from runbookkit.model.finding import Edit
from runbookkit.model.span import Span

_TARGET: Final = re.compile(r"\]\((?P<target>[^()\s]+)\)")


def stale_reference(spot: Spot) -> Found:
    """Ask where a linked page is now."""
    number = spot.gap.line
    found = [
        each
        for each in _TARGET.finditer(spot.line)
        if not each["target"].startswith("#")
    ]
    if spot.gap.code not in {"", "RB801", "RB802", "RB807"} or len(found) != 1:
        return "what this is called now only a person knows"
    start, end = found[0].span("target")
    edit = Edit(Span(number, start + 1, number, end + 1), "<where this page is now>")
    return Change("asks where the linked page is now; write it", (edit,))


def hidden_instruction(spot: Spot) -> Found:
    """Take out what is written for a model, or hidden from a reader."""
    document = spot.runbook.document
    for comment in document.comments:
        span = comment.span
        if span.line <= spot.gap.line <= span.end_line:
            first, last = (
                document.lines[span.line - 1],
                document.lines[span.end_line - 1],
            )
            alone = not (first[: span.column - 1] + last[span.end_column - 1 :]).strip()
            edit = whole_lines(span.line, span.end_line) if alone else Edit(span, "")
            return Change("takes out a comment that gives orders", (edit,))
    for block in document.blocks:
        at_line = block.span.line == spot.gap.line == block.span.end_line
        if at_line and isinstance(block, Prose) and block.item is None:
            edit = whole_lines(spot.gap.line, spot.gap.line)
            return Change("takes out a paragraph that gives a model orders", (edit,))
    return "take out the words that are not for the reader"


def assumed_knowledge(_: Spot) -> Found:
    """Propose nothing: what is assumed stands nowhere."""
    return "what the reader is taken to know only a person can write down"


def contradiction(_: Spot) -> Found:
    """Propose nothing: one of the two is right, and the text does not say which."""
    return "which of the two is right only a person knows"

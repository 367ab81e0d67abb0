"""Text that holds a place until somebody writes the real one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from runbookkit.model.document import Block, CodeBlock, Heading, Html, Prose, Table
from runbookkit.model.runbook import Section
from runbookkit.model.span import Span
from runbookkit.model.template import TemplateSection

_MARKS: Final = re.compile(r"^[\s*_`~>\[({<-]+|[\s*_`~\])}>.:!…-]+$")
_STUB: Final = re.compile(
    r"(?:todo|tbd|tba|tbc|fixme|wip|xxx+)\b.*"
    r"|(?:to be|will be|not yet) (?:done|determined|decided|defined|written|added"
    r"|completed|filled(?: in)?|documented|described|provided|announced)\b.{0,40}"
    r"|coming soon|n/?a|not applicable|placeholder|\?+|lorem ipsum\b.*"
    r"|(?:insert|add|describe|write|fill in|put)\b.{0,200}\b(?:here|below)",
    re.IGNORECASE | re.DOTALL,
)
_INSERT: Final = re.compile(
    r"<(?:insert|add|describe|explain|fill|todo|tbd|your|write|put|list)\b[^<>]*>"
    r"|\[(?:insert|todo|tbd|fill in)\b[^\[\]]*\]",
    re.IGNORECASE,
)
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>")
_OBLIGATION: Final = re.compile(r"^[*_](?:Required|Optional)\.")
_SHOWS: Final = re.compile(r"<(?:img|video|iframe|object|svg)\b", re.IGNORECASE)


def is_stub(text: str) -> bool:
    """Tell whether a text says nothing but that something is missing.

    >>> [is_stub(each) for each in ("*TBD*", "TODO: ask Loki's owners", "N/A", "None.")]
    [True, True, True, False]
    """
    if "<!--" in text:
        text = _COMMENT.sub("", text)
    bare = text.strip()
    if not bare or _INSERT.fullmatch(bare.rstrip(".")):
        return True
    words = _MARKS.sub("", bare)
    return not words or _STUB.fullmatch(words) is not None


def placeholder_span(section: Section) -> Span:
    """Return what holds the place of a section's content: a block, or the heading."""
    words = (each.span for each in section.blocks if not isinstance(each, Heading))
    return next(words, section.span)


def has_content(blocks: Iterable[Block]) -> bool:
    """Tell whether anything but headings, comments and placeholders is there."""
    return any(map(_says_something, blocks))


def _says_something(block: Block) -> bool:
    match block:
        case Heading():
            return False
        case Table():
            return any(not is_stub(cell.text) for row in block.rows for cell in row)
        case Html():
            text = _COMMENT.sub("", block.text)
            bare = text if _INSERT.fullmatch(text.strip()) else _TAG.sub("", text)
            return bool(_SHOWS.search(text)) or not is_stub(bare)
        case CodeBlock() | Prose():
            return not is_stub(block.text)


def guidance_in(
    blocks: Iterable[Block], section: TemplateSection | None
) -> Iterator[Prose]:
    """Yield the paragraphs that are the template's own words."""
    known = set(section.guidance) if section else set()
    for block in blocks:
        if isinstance(block, Prose) and (
            _OBLIGATION.match(block.text) or " ".join(block.text.split()) in known
        ):
            yield block

"""The prose of a postmortem, whether it stands in a paragraph or in a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from runbookkit.markdown.inline import without_code
from runbookkit.markdown.postmortem import columns_of
from runbookkit.model.document import Block, Heading, Prose, Table
from runbookkit.model.postmortem import Postmortem
from runbookkit.model.span import Located

_NO_WORDS: Final = re.compile(
    r"(?<=\])\([^()\s]*(?:\s+\"[^\"]*\")?\)|https?://[^\s<>)]+|<!--.*?(?:-->|\Z)"
    r"|</?[a-z][a-z0-9]*(?:\s+[a-z-]+=[^<>]*)?/?>",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph, heading or cell."""

    located: Located
    words: str
    """Its text with code, addresses and comments blanked, every offset kept."""
    section: str
    """Title of the template's section that it stands in; empty outside."""
    column: str = ""
    """Name of the column, for a cell."""
    quoted: bool = False


def passages(postmortem: Postmortem) -> Iterator[Passage]:
    """Yield all prose, in the order of the text."""
    starts = {section.span: section.key for section in postmortem.sections}
    section = ""
    for block in postmortem.document.blocks:
        if isinstance(block, Heading) and block.level <= 2:
            section = starts.get(block.span, "")
        yield from _of_block(block, section)


def _of_block(block: Block, section: str) -> Iterator[Passage]:
    if isinstance(block, Heading):
        yield Passage(block, _words(block.text), section)
    elif isinstance(block, Prose):
        yield Passage(block, _words(block.text), section, quoted=block.quoted)
    elif isinstance(block, Table):
        names = columns_of(block)
        for row in block.rows:
            for name, cell in zip(names, row, strict=False):
                yield Passage(cell, _words(cell.text), section, name)


def _words(text: str) -> str:
    return _NO_WORDS.sub(lambda match: " " * len(match[0]), without_code(text))

"""The parts of a section: what stands between one heading and the next."""

from __future__ import annotations

from collections.abc import Iterator

from runbookkit.model.document import Block, Heading
from runbookkit.model.runbook import Section


def parts(section: Section) -> Iterator[list[Block]]:
    """Yield the blocks from one heading of a section to the next, headings left out."""
    part: list[Block] = []
    for block in section.blocks:
        if isinstance(block, Heading):
            yield part
            part = []
        else:
            part.append(block)
    yield part

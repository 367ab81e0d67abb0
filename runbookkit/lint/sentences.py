"""The sentences of a runbook that tell somebody what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from runbookkit.lint.context import Context
from runbookkit.markdown.inline import without_code
from runbookkit.model.document import Prose
from runbookkit.model.remembered import remembered
from runbookkit.model.runbook import Runbook
from runbookkit.model.span import Span
from runbookkit.model.template import Template

_END: Final = re.compile(r"(?<=[.!?])\s+(?=[A-Z`*\[\"(])")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; ``words`` are its characters with code spans blanked."""

    prose: Prose
    start: int
    """Offset of the sentence in the text of its paragraph."""
    text: str
    words: str

    def span_of(self, match: re.Match[str]) -> Span:
        """Return where a match in ``words`` or ``text`` stands in the document."""
        return self.prose.span_of(self.start + match.start(), self.start + match.end())


def instructions(runbook: Runbook, context: Context) -> Iterator[Prose]:
    """Yield the paragraphs and list items of the sections that hold steps."""
    titles = _with_steps(context.template)
    for section in runbook.sections:
        if section.key in titles:
            for block in section.blocks:
                if isinstance(block, Prose) and not block.quoted:
                    yield block


@remembered
def _with_steps(template: Template) -> frozenset[str]:
    return frozenset(each.title for each in template.sections if each.holds_steps)


def sentences(prose: Prose) -> Iterator[Sentence]:
    """Yield the sentences of a paragraph."""
    words = without_code(prose.text)
    start = 0
    for match in (*_END.finditer(words), None):
        end = match.start() if match else len(words)
        yield Sentence(prose, start, prose.text[start:end], words[start:end])
        start = match.end() if match else end

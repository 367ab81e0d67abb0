"""A runbook's own text in a terminal, with the values that its names have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.console import RenderableType
from rich.markdown import Markdown

from runbookkit.app.filling import fill
from runbookkit.cli.pieces import CONTROLS, said, source
from runbookkit.model.document import Block, CodeBlock, Prose
from runbookkit.model.runbook import Runbook, Step

_ESCALATION = "escalation"


def step_text(step: Step, names: Mapping[str, Any]) -> Iterator[RenderableType]:
    """Yield what a step says: its prose, its lists, its illustrations."""
    blocks: list[Prose | CodeBlock] = [*step.prose, *step.illustrations]
    blocks.sort(key=lambda block: block.span.line)
    yield from _blocks(blocks, names)
    if step.question is not None:
        yield prose(step.question.text, names)
    if step.expect is not None:
        words = step.expect.prose or step.expect.expression.text
        yield said(f"Expected: {words}{_polls(step)}")


def _polls(step: Step) -> str:
    poll = step.action.lead.poll if step.action and step.action.lead else None
    if poll is None:
        return ""
    every, up_to = (each.total_seconds() for each in (poll.every, poll.up_to))
    return f"; asked every {every:g} s, for up to {up_to:g} s, until it is so"


def escalation_text(runbook: Runbook) -> Iterator[RenderableType]:
    """Yield whom to call."""
    for section in runbook.sections:
        if _ESCALATION in (section.key.lower(), section.anchor):
            yield said(section.title, "bold")
            yield from _blocks(section.blocks, {})


def prose(text: str, names: Mapping[str, Any]) -> Markdown:
    """Return markdown with every known ``{{ name }}`` as its value."""
    read = Markdown(text.translate(CONTROLS), hyperlinks=False)
    fill(read.parsed, names)
    return read


def _blocks(
    blocks: Iterable[Block], names: Mapping[str, Any]
) -> Iterator[RenderableType]:
    for block in blocks:
        match block:
            case Prose():
                yield prose(block.marked, names)
            case CodeBlock():
                yield source(block.text, block.language or "text")
            case _:
                pass

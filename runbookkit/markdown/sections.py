"""The blocks of a document to sections, and those that hold steps to steps."""

from __future__ import annotations

from collections.abc import Collection

from runbookkit.markdown.steps import parse_step, split_steps
from runbookkit.model.document import Block, Document, Heading, ParseProblem
from runbookkit.model.runbook import Section, Step
from runbookkit.model.template import Template


def parse_sections(
    document: Document, template: Template, languages: Collection[str]
) -> tuple[tuple[Section, ...], tuple[ParseProblem, ...]]:
    """Return the sections of a document, typed by what the template says of them.

    A section that the template does not name keeps its blocks and has no key.
    """
    sections: list[Section] = []
    problems: list[ParseProblem] = []
    heads = [
        number
        for number, block in enumerate(document.blocks)
        if isinstance(block, Heading) and block.level <= 2
    ]
    last = max(len(document.lines), 1)
    for number, position in enumerate(heads):
        heading = document.blocks[position]
        if not isinstance(heading, Heading) or heading.level != 2:
            continue
        until = heads[number + 1] if number + 1 < len(heads) else None
        blocks = document.blocks[position + 1 : until]
        end = _line(document.blocks[until]) - 1 if until is not None else last
        known = template.section(heading.title)
        steps: tuple[Step, ...] = ()
        if known is not None and known.holds_steps:
            steps, found = _steps(heading.title, blocks, end, languages)
            problems.extend(found)
        sections.append(
            Section(
                heading.title,
                heading.anchor,
                heading.span,
                end,
                blocks,
                known.title if known else "",
                steps,
            )
        )
    return tuple(sections), tuple(problems)


def _steps(
    section: str, blocks: tuple[Block, ...], end: int, languages: Collection[str]
) -> tuple[tuple[Step, ...], tuple[ParseProblem, ...]]:
    steps: list[Step] = []
    problems: list[ParseProblem] = []
    found = list(split_steps(blocks))
    for number, (heading, below) in enumerate(found):
        following = (
            found[number + 1][0].span.line - 1 if number + 1 < len(found) else end
        )
        step, its_problems = parse_step(
            heading, below, section=section, end_line=following, languages=languages
        )
        steps.append(step)
        problems.extend(its_problems)
    return tuple(steps), tuple(problems)


def _line(block: Block) -> int:
    return block.span.line

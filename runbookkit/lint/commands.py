"""Every piece of shell text in a runbook, with the step and section it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from runbookkit.lint.tools import is_command
from runbookkit.lint.transcripts import Transcript, read_transcript
from runbookkit.markdown.inline import code_spans
from runbookkit.model.document import Block, CodeBlock, Prose
from runbookkit.model.remembered import remembered
from runbookkit.model.runbook import Input, Runbook, Section, Step
from runbookkit.model.span import Located, Span
from runbookkit.queries.foreign_placeholders import with_foreign_samples
from runbookkit.queries.placeholders import with_samples
from runbookkit.queries.shell_commands import Command, commands

Role = Literal["action", "rollback", "block", "span"]


@dataclass(frozen=True, slots=True)
class Program:
    """Shell text that a reader is asked to run.

    ``text`` is as long as ``source.text``: prompts and answers are blanks in
    it, and placeholders are sample words of the same length, so an offset means
    the same place in both. ``role`` tells a step's action and its rollback from
    other blocks and from commands in code spans of prose.
    """

    text: str
    source: Located
    role: Role
    transcript: Transcript
    block: CodeBlock | None = None
    prose: Prose | None = None
    """The paragraph or list item of a code span."""
    step: Step | None = None
    section: Section | None = None

    @property
    def commands(self) -> tuple[Command, ...]:
        """The commands in order, those that run elsewhere included."""
        return commands(self.text)

    @property
    def place(self) -> Span:
        """Where the whole of it stands, fences included."""
        return self.block.block if self.block else self.source.span

    def span_of(self, command: Command) -> Span:
        """Return where a command stands in the document."""
        return self.source.span_of(command.start, command.end)

    def only_mentions(self, command: Command) -> bool:
        """Tell whether prose only names a command: ``kubectl delete``, no more."""
        return self.role == "span" and len(command.words) <= 2

    def words_of(self, command: Command) -> str:
        """Return a command as the document writes it."""
        return self.source.text[command.start : command.end]


@remembered
def programs(runbook: Runbook) -> tuple[Program, ...]:
    """Return the shell text of a runbook: fences, and commands in prose."""
    return tuple(_programs(runbook))


def _programs(runbook: Runbook) -> Iterator[Program]:
    places = Places(runbook)
    for block in runbook.document.blocks:
        if isinstance(block, CodeBlock):
            yield from _of_block(block, places)
        elif isinstance(block, Prose) and "`" in block.text:
            yield from _of_prose(block, places)


class Places:
    """Finds the step and section of a block; blocks come in order."""

    def __init__(self, runbook: Runbook) -> None:
        self._sections = list(reversed(runbook.sections))
        self._steps = list(reversed(runbook.steps))
        self.inputs = runbook.metadata.inputs

    def of(self, block: Block) -> tuple[Step | None, Section | None]:
        """Return the step and the section that a block stands in."""
        line = block.span.line
        while self._sections and self._sections[-1].end_line < line:
            self._sections.pop()
        while self._steps and self._steps[-1].end_line < line:
            self._steps.pop()
        section = self._sections[-1] if self._sections else None
        step = self._steps[-1] if self._steps else None
        return (
            step if step and step.span.line <= line else None,
            section if section and section.span.line <= line else None,
        )


def _of_block(block: CodeBlock, places: Places) -> Iterator[Program]:
    step, section = places.of(block)
    transcript = read_transcript(block.text, block.language)
    if transcript is None:
        return
    role: Role = "block"
    if step and step.action and step.action.code is block:
        role = "action"
    elif step and step.rollback and step.rollback.command is block:
        role = "rollback"
    text = sampled(transcript.text, places.inputs)
    yield Program(text, block, role, transcript, block, None, step, section)


def _of_prose(prose: Prose, places: Places) -> Iterator[Program]:
    step, section = places.of(prose)
    rollback = step.rollback if step else None
    undoes = rollback is not None and rollback.span == prose.span
    for match in code_spans(prose.text):
        if not is_command(match[2]):
            continue
        start, end = match.span(2)
        span = prose.span_of(start, end)
        row = span.line - prose.first_line
        columns = (span.column, *prose.columns[row + 1 : span.end_line - span.line + 1])
        source = Located(match[2], span, columns)
        role: Role = "rollback" if undoes else "span"
        text = sampled(match[2], places.inputs)
        yield Program(
            text, source, role, Transcript(match[2]), None, prose, step, section
        )


_MARKED: Final = re.compile(r"[<\[{]|YOUR|your-|MY[_-]|REPLACE|CHANGE|INSERT")


def sampled(text: str, inputs: tuple[Input, ...] = ()) -> str:
    """Return the text with sample words of the same length for placeholders.

    A placeholder of the format gets a sample of its input's type.
    """
    if not _MARKED.search(text):
        return text
    if "{{" in text:
        types: dict[str, str] = {each.name: each.type for each in inputs}
        text = with_samples(text, lambda name: _SAMPLES.get(types.get(name, ""), "x"))
    # not as shell: that would parse the text to find variables, which may stay
    return with_foreign_samples(text, shell=False)


_SAMPLES: Final = {"number": "1", "duration": "5m"}

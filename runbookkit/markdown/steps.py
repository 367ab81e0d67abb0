"""The blocks below a step's heading to a typed :class:`Step`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from runbookkit.markdown import leadline
from runbookkit.markdown.branches import is_branch, parse_branch
from runbookkit.model.document import Block, CodeBlock, Heading, ParseProblem, Prose
from runbookkit.model.runbook import (
    Action,
    Branch,
    Capture,
    Changes,
    Expectation,
    LeadLine,
    Question,
    Rollback,
    Step,
)
from runbookkit.model.span import Located, Span

_NUMBER = re.compile(r"^(?:step\s+)?\d+(?:\.\d+)*[.:)]\s+", re.IGNORECASE)
_LABEL = re.compile(r"^\*\*(?P<label>[A-Za-z ]+?)(?::\*\*|\*\*:)\s*")
_READS = re.compile(r"^\*\*Reads only\.?\*\*\.?", re.IGNORECASE)
_LAST_CODE = re.compile(
    r"(?<!`)(?P<tick>`+)(?!`)(?P<code>(?:(?!(?P=tick)).)+)(?<!`)(?P=tick)(?!`)\s*[.]?\s*$",
    re.DOTALL,
)
_CAPTURE = re.compile(
    r"`(?P<name>[A-Za-z_]\w*)`\s*=\s*(?P<tick>`+)(?!`)(?P<code>(?:(?!(?P=tick)).)+)(?<!`)(?P=tick)(?!`)\s*[.]?\s*$",
    re.DOTALL,
)
_NONE = re.compile(r"^none,?\s+(?:because\s+)?(?P<why>.+)$", re.IGNORECASE | re.DOTALL)


def parse_step(
    heading: Heading,
    blocks: tuple[Block, ...],
    *,
    section: str,
    end_line: int,
    languages: Collection[str],
) -> tuple[Step, tuple[ParseProblem, ...]]:
    """Return the step that a heading and the blocks below it make."""
    reader = _StepReader(languages, blocks)
    reader.read()
    step = Step(
        heading.anchor,
        _NUMBER.sub("", heading.title),
        heading.span,
        section,
        end_line,
        tuple(reader.prose),
        reader.action,
        reader.changes,
        reader.reads_only,
        tuple(reader.expectations),
        tuple(reader.captures),
        reader.question,
        tuple(reader.branches),
        reader.rollback,
        tuple(reader.illustrations),
    )
    return step, tuple(reader.problems)


@dataclass
class _StepReader:
    """Collects the parts of one step."""

    languages: Collection[str]
    blocks: tuple[Block, ...]
    prose: list[Prose] = field(default_factory=list)
    action: Action | None = None
    lead: LeadLine | None = None
    lead_at: int = -2
    changes: Changes | None = None
    reads_only: Span | None = None
    expectations: list[Expectation] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)
    question: Question | None = None
    branches: list[Branch] = field(default_factory=list)
    rollback: Rollback | None = None
    rollback_at: int = -2
    illustrations: list[CodeBlock] = field(default_factory=list)
    problems: list[ParseProblem] = field(default_factory=list)

    def read(self) -> None:
        """Read all blocks, branches last: they need to know of a question."""
        items: list[Prose] = []
        for position, block in enumerate(self.blocks):
            if isinstance(block, CodeBlock):
                self._code(block, position)
            elif isinstance(block, Prose):
                if is_branch(block) and not block.quoted:
                    items.append(block)
                elif block.item is None and not block.quoted:
                    self._paragraph(block, position)
                else:
                    self.prose.append(block)
        for item in items:
            self._branch(item)
        self._unfollowed()

    def _unfollowed(self) -> None:
        """Report the lead line, if there is one and its action is not."""
        if self.lead is not None and (
            self.action is None or self.action.lead is not self.lead
        ):
            self._report(
                "unreadable-lead-line",
                "no action follows this lead line; put the fenced block directly"
                " below it",
                self.lead.span,
            )

    def _code(self, block: CodeBlock, position: int) -> None:
        if position == self.rollback_at + 1 and self.rollback is not None:
            self.rollback = Rollback(self.rollback.span, block, block.language)
        elif self.action is None and self._acts(position):
            lead = self.lead if self.lead_at == position - 1 else None
            self.action = Action(block.language, block, lead)
        else:
            self.illustrations.append(block)

    def _acts(self, position: int) -> bool:
        """Tell whether the block at a position may be an action."""
        block = self.blocks[position] if position < len(self.blocks) else None
        return (
            isinstance(block, CodeBlock)
            and block.fenced
            and block.item is None
            and block.language in self.languages
        )

    def _paragraph(self, prose: Prose, position: int) -> None:
        if leadline.START.match(prose.text) and (
            prose.text.rstrip().endswith(":") or self._acts(position + 1)
        ):
            if self.lead is None or self.action is None:
                self._unfollowed()
                self.lead, problems = leadline.parse_lead_line(prose)
                self.problems.extend(problems)
                self.lead_at = position
            else:
                self.prose.append(prose)
            return
        if _READS.match(prose.text):
            self.reads_only = prose.span
            return
        label = _LABEL.match(prose.text)
        known = _READERS.get(label["label"].lower()) if label else None
        if label is None or known is None:
            self.prose.append(prose)
            return
        known(self, prose, label.end(), position)

    def _expect(self, prose: Prose, start: int, _position: int) -> None:
        match = _LAST_CODE.search(prose.text, start)
        if match is None:
            self.prose.append(prose)
            self._report(
                "unreadable-expectation",
                "an expectation ends in a code span that holds a CEL expression, such"
                " as `value < 0.01`",
                prose.span,
            )
            return
        words = prose.text[start : match.start()].strip().removesuffix(":")
        code = _located(prose, match)
        self.expectations.append(Expectation(words, code, prose.span))

    def _capture(self, prose: Prose, start: int, _position: int) -> None:
        match = _CAPTURE.search(prose.text, start)
        if match is None:
            self.prose.append(prose)
            self._report(
                "unreadable-capture",
                "write a capture as **Capture:** `name` = `CEL expression`",
                prose.span,
            )
            return
        self.captures.append(Capture(match["name"], _located(prose, match), prose.span))

    def _changes(self, prose: Prose, start: int, _position: int) -> None:
        self.changes = Changes(prose.text[start:].strip(), prose.span)

    def _ask(self, prose: Prose, start: int, _position: int) -> None:
        self.question = Question(prose.text[start:].strip(), prose.span)

    def _rollback(self, prose: Prose, start: int, position: int) -> None:
        rest = prose.text[start:].strip()
        none = _NONE.match(rest)
        match = _LAST_CODE.search(prose.text, start)
        if none:
            self.rollback = Rollback(prose.span, reason=none["why"].strip())
        elif match:
            code = _located(prose, match)
            language = self.action.language if self.action else "bash"
            self.rollback = Rollback(prose.span, code, language)
        else:
            self.rollback = Rollback(prose.span)
            self.rollback_at = position

    def _branch(self, item: Prose) -> None:
        branch, problem = parse_branch(item, asked=self.question is not None)
        if branch is not None:
            self.branches.append(branch)
        if problem is not None:
            self.problems.append(problem)

    def _report(self, kind: str, message: str, span: Span) -> None:
        self.problems.append(ParseProblem(kind, message, span))


_READERS = {
    "expect": _StepReader._expect,  # noqa: SLF001  its own parts
    "capture": _StepReader._capture,  # noqa: SLF001
    "changes": _StepReader._changes,  # noqa: SLF001
    "ask": _StepReader._ask,  # noqa: SLF001
    "rollback": _StepReader._rollback,  # noqa: SLF001
}


def _located(prose: Prose, match: re.Match[str]) -> Located:
    start, end = match.span("code")
    place = prose.span_of(start, end)
    rows = match["code"].count("\n")
    first = place.line - prose.first_line
    columns = (place.column, *prose.columns[first + 1 : first + 1 + rows])
    return Located(match["code"], place, columns)


def split_steps(
    blocks: tuple[Block, ...],
) -> Iterator[tuple[Heading, tuple[Block, ...]]]:
    """Yield each heading of level 3 with the blocks up to the next."""
    heading: Heading | None = None
    held: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading) and block.level == 3:
            if heading is not None:
                yield heading, tuple(held)
            heading, held = block, []
        elif heading is not None:
            held.append(block)
    if heading is not None:
        yield heading, tuple(held)

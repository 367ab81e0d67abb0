"""A runbook: sections, steps, and what each step does and expects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from runbookkit.model.base import Data
from runbookkit.model.document import Block, CodeBlock, Document, ParseProblem, Prose
from runbookkit.model.span import Located, Span

InputType = Literal["string", "number", "duration", "choice", "secret"]
Effect = Literal["read", "change"]
TargetKind = Literal["continue", "stop", "escalate", "go to"]
BranchKind = Literal["met", "not met", "when", "choice"]


@dataclass(frozen=True, slots=True)
class Input(Data):
    """A typed parameter of a runbook."""

    name: str
    span: Span
    type: InputType = "string"
    description: str = ""
    source: str = ""
    """Path into the alert, such as ``labels.tenant``; ``from`` in the text."""
    pattern: str = ""
    """Regular expression that the whole value matches."""
    default: Any = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limit(Data):
    """At most this many of something: ``at most 100 lines``."""

    count: int
    unit: Literal["lines", "traces", "series"]


@dataclass(frozen=True, slots=True)
class Poll(Data):
    """Ask again until the expectation holds: ``every 30s for up to 10m``."""

    every: timedelta
    up_to: timedelta


@dataclass(frozen=True, slots=True)
class LeadLine(Data):
    """The paragraph before an action that says where and how it runs."""

    tool: str
    """The words in bold, without *In* or *With*."""
    span: Span
    text: str = ""
    window: timedelta | None = None
    """``over the last 1h``"""
    at: str = ""
    """``at <time>``"""
    step: timedelta | None = None
    """``step 30s``"""
    limit: Limit | None = None
    timeout: timedelta | None = None
    """``within 60s``"""
    run_time: timedelta | None = None
    """``for 30s``"""
    host: str = ""
    """``on <host or {{ name }}>``"""
    poll: Poll | None = None


@dataclass(frozen=True, slots=True)
class Action(Data):
    """The one executable block of a step."""

    language: str
    """The fence's language: ``promql``, ``bash``, …"""
    code: CodeBlock
    lead: LeadLine | None = None

    @property
    def text(self) -> str:
        """The program as written, placeholders included."""
        return self.code.text


@dataclass(frozen=True, slots=True)
class Expectation(Data):
    """Which answer is healthy."""

    prose: str
    """The same in words."""
    expression: Located
    """A CEL expression over the result."""
    span: Span


@dataclass(frozen=True, slots=True)
class Capture(Data):
    """A value that later steps use."""

    name: str
    expression: Located
    """A CEL expression over the result."""
    span: Span


@dataclass(frozen=True, slots=True)
class Question(Data):
    """A decision that the person takes."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Target(Data):
    """Where a branch leads."""

    kind: TargetKind
    href: str = ""
    """For ``go to``: ``#anchor`` of a step, or a file with or without one."""
    title: str = ""
    """For ``go to``: the words of the link."""

    @property
    def anchor(self) -> str:
        """The step's id, when the target is in the same file."""
        return self.href[1:] if self.href.startswith("#") else ""


@dataclass(frozen=True, slots=True)
class Branch(Data):
    """One way out of a step."""

    kind: BranchKind
    label: str
    """The bold label without its colon."""
    target: Target
    span: Span
    condition: Located | None = None
    """For ``when``: a CEL expression."""


@dataclass(frozen=True, slots=True)
class Changes(Data):
    """The ``**Changes:**`` line: what a step changes."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Rollback(Data):
    """How to undo a change, or why that cannot be done."""

    span: Span
    command: Located | None = None
    language: str = ""
    reason: str = ""
    """``none, because …``"""


@dataclass(frozen=True, slots=True)
class Step(Data):
    """One thing to do, then check."""

    id: str
    """The heading's anchor."""
    title: str
    """Without a leading number."""
    span: Span
    """The heading."""
    section: str
    """Title of the section it stands in."""
    end_line: int
    """Last line that belongs to the step."""
    prose: tuple[Prose, ...] = ()
    action: Action | None = None
    changes: Changes | None = None
    reads_only: Span | None = None
    """Place of ``**Reads only**``."""
    expectations: tuple[Expectation, ...] = ()
    captures: tuple[Capture, ...] = ()
    question: Question | None = None
    branches: tuple[Branch, ...] = ()
    rollback: Rollback | None = None
    illustrations: tuple[CodeBlock, ...] = ()
    """Fences whose language names no engine, and engine fences after the first."""

    @property
    def expect(self) -> Expectation | None:
        """The expectation, if the step has one."""
        return self.expectations[0] if self.expectations else None

    @property
    def effect(self) -> Effect:
        """``change`` unless the step is known to read; forgetting is safe."""
        if self.changes is not None:
            return "change"
        shell = self.action is not None and self.action.language in SHELL_FENCES
        return "change" if shell and self.reads_only is None else "read"

    def branch(self, kind: BranchKind) -> Branch | None:
        """Return the first branch of a kind."""
        return next((b for b in self.branches if b.kind == kind), None)


SHELL_FENCES = frozenset({"bash", "sh", "shell", "zsh"})


@dataclass(frozen=True, slots=True)
class Section(Data):
    """What a heading of level 2 opens."""

    title: str
    anchor: str
    span: Span
    """The heading."""
    end_line: int
    """Last line that belongs to the section."""
    blocks: tuple[Block, ...] = ()
    key: str = ""
    """The template's name for it; empty when the template does not name it."""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Metadata(Data):
    """What a runbook's front matter says."""

    title: str = ""
    service: str = ""
    owner: str = ""
    severity: str = ""
    alerts: tuple[str, ...] = ()
    reviewed: date | None = None
    inputs: tuple[Input, ...] = ()
    access: tuple[str, ...] = ()
    slo: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Runbook(Data):
    """A runbook, typed as far as its text allows."""

    path: str
    title: str
    format: str
    """``runbook/v1``, or empty for markdown that declares no format."""
    metadata: Metadata
    sections: tuple[Section, ...]
    document: Document
    problems: tuple[ParseProblem, ...] = ()
    """What could not be typed, those of the document included."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps in the order of the text."""
        return tuple(step for section in self.sections for step in section.steps)

    @property
    def declared(self) -> bool:
        """Whether the document says which format it is in."""
        return bool(self.format)

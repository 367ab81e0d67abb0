"""A markdown document as blocks, each with its place in the source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runbookkit.model.base import Data
from runbookkit.model.span import Located, Span


@dataclass(frozen=True, slots=True)
class Item(Data):
    """The list item that a block stands in."""

    ordered: bool
    """Whether the list is numbered."""
    number: int
    """Position of the item in its list, from 1."""
    depth: int
    """Nesting of the list, from 1."""
    list_line: int
    """First line of the list, which tells one list from the next."""
    leads: bool
    """Whether the block is the first of its item."""


@dataclass(frozen=True, slots=True)
class Heading(Located):
    """A heading; ``text`` is its markdown source."""

    level: int
    """1 to 6."""
    title: str
    """The words alone, as a page shows them."""
    anchor: str
    """The fragment that links to it, as GitHub computes it."""


@dataclass(frozen=True, slots=True)
class Prose(Located):
    """A paragraph; ``text`` is its markdown source."""

    item: Item | None = None
    """The list item it stands in."""
    quoted: bool = False
    """Whether it stands in a block quote."""

    @property
    def marked(self) -> str:
        """The paragraph with the mark of its list or quotation, for showing it alone."""
        mark = "> " if self.quoted else ""
        if self.item is not None and self.item.leads:
            mark = f"{self.item.number}. " if self.item.ordered else "- "
        return mark + self.text


@dataclass(frozen=True, slots=True)
class CodeBlock(Located):
    """A fenced or indented block; ``span`` is its content's place."""

    block: Span
    """From the opening to the closing fence."""
    info: str
    """The info string behind the opening fence."""
    fenced: bool
    """Whether it has fences; an indented block has none."""
    item: Item | None = None
    """The list item it stands in."""

    @property
    def language(self) -> str:
        """The first word of the info string, lower case; empty when untagged."""
        words = self.info.split(None, 1)
        return words[0].lower().strip("{}.") if words else ""


@dataclass(frozen=True, slots=True)
class Table(Data):
    """A table; cells are markdown source."""

    span: Span
    header: tuple[Prose, ...]
    rows: tuple[tuple[Prose, ...], ...]


@dataclass(frozen=True, slots=True)
class Html(Located):
    """A block of HTML, comments included."""


Block = Heading | Prose | CodeBlock | Table | Html


@dataclass(frozen=True, slots=True)
class Link(Data):
    """A link or an image."""

    target: str
    """Where it points, undecoded."""
    text: str
    """What is shown."""
    span: Span
    image: bool = False


@dataclass(frozen=True, slots=True)
class Comment(Located):
    """An HTML comment; ``text`` stands between its marks."""


@dataclass(frozen=True, slots=True)
class FrontMatter(Data):
    """The YAML in front of a document."""

    span: Span
    data: Mapping[str, Any]
    """What the YAML says; empty when it cannot be read."""
    places: Mapping[str, Span] = field(default_factory=dict)
    """Place of each value by its path: ``inputs.tenant.from``, ``alerts.0``."""
    keys: Mapping[str, Span] = field(default_factory=dict)
    """Place of each key by its path."""


@dataclass(frozen=True, slots=True)
class ParseProblem(Data):
    """Something in a document that could not be typed; it stays prose.

    ``kind`` names the lint rule that reports it.
    """

    kind: str
    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Document(Data):
    """One markdown file."""

    path: str
    """As given, with forward slashes."""
    lines: tuple[str, ...]
    """The source without line ends."""
    blocks: tuple[Block, ...]
    """All blocks in order; those inside lists and quotes among them."""
    links: tuple[Link, ...]
    comments: tuple[Comment, ...]
    anchors: frozenset[str]
    """All fragments that a link into this document may name."""
    front_matter: FrontMatter | None = None
    problems: tuple[ParseProblem, ...] = ()

    @property
    def title(self) -> Heading | None:
        """The first heading of level 1."""
        return next(
            (b for b in self.blocks if isinstance(b, Heading) and b.level == 1), None
        )

    @property
    def format(self) -> str:
        """The declared format, such as ``runbook/v1``; empty when none is."""
        declared = self.front_matter.data.get("format") if self.front_matter else None
        return declared if isinstance(declared, str) else ""

    def line_span(self, line: int) -> Span:
        """Return the span of a whole line, clipped to the file."""
        line = min(max(line, 1), max(len(self.lines), 1))
        width = len(self.lines[line - 1]) if self.lines else 0
        return Span(line, 1, line, width + 1)

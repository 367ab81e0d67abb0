"""Every query of a runbook, checked once, with the step it stands in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from runbookkit.lint.commands import Places, sampled
from runbookkit.model.document import CodeBlock
from runbookkit.model.options import Versions
from runbookkit.model.remembered import remembered
from runbookkit.model.runbook import SHELL_FENCES, LeadLine, Runbook, Section, Step
from runbookkit.model.span import Span
from runbookkit.queries.language import Checked, Language, QueryProblem
from runbookkit.queries.registry import language_of


@dataclass(frozen=True, slots=True)
class Query:
    """A fence in a query language; ``text`` is as long as the block's.

    Placeholders are sample words in it, so an offset means the same in both.
    """

    text: str
    block: CodeBlock
    language: Language
    step: Step | None = None
    section: Section | None = None

    @property
    def is_action(self) -> bool:
        """Whether the runner would run it."""
        step = self.step
        return bool(step and step.action and step.action.code is self.block)

    @property
    def lead(self) -> LeadLine | None:
        """The lead line, when the query is a step's action."""
        return self.step.action.lead if self.is_action and self.step.action else None  # type: ignore[union-attr]

    def check(self, versions: Versions) -> Checked:
        """Return what the language says of the query."""
        return checked(self.language.name, self.text, version_of(versions, self))

    def span_of(self, problem: QueryProblem) -> Span:
        """Return where a problem stands in the document."""
        if problem.end <= problem.start:
            return self.block.span
        return self.block.span_of(problem.start, problem.end)


def version_of(versions: Versions, query: Query) -> str:
    """Return the version of the server that a query is for."""
    return str(getattr(versions, query.language.server, ""))


@lru_cache(maxsize=256)
def checked(language: str, text: str, version: str) -> Checked:
    """Return what a language says of a text, worked out once."""
    known = language_of(language)
    return known.check(text, version) if known else Checked()


@remembered
def queries(runbook: Runbook) -> tuple[Query, ...]:
    """Return the fences of a runbook that hold a query, shell left out."""
    return tuple(_queries(runbook))


def _queries(runbook: Runbook) -> Iterator[Query]:
    places = Places(runbook)
    for block in runbook.document.blocks:
        if not isinstance(block, CodeBlock) or not block.language:
            continue
        if block.language in SHELL_FENCES or not block.text.strip():
            continue
        language = language_of(block.language)
        if language is not None:
            step, section = places.of(block)
            yield Query(
                sampled(block.text, places.inputs), block, language, step, section
            )

"""What a rule is, and the decorators that make one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from runbookkit.lint.allow import AllowUse
from runbookkit.lint.context import Context, Handbook
from runbookkit.model.alertrule import RuleFile
from runbookkit.model.document import Document
from runbookkit.model.finding import Fix, Level, Related
from runbookkit.model.runbook import Runbook
from runbookkit.model.span import Span

if TYPE_CHECKING:
    from runbookkit.model.postmortem import Postmortem

Subject = Literal[
    "document", "runbook", "postmortem", "rules", "handbook", "allowances"
]
Needs = Literal["nothing", "template", "format"]
Group = tuple[Subject, Needs]
"""What rules judge, and what a document must have for them."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule yields; the engine adds code, name, level and path.

    ``level`` lowers or raises the rule's own level for this one problem.
    ``path`` is only needed by handbook rules.
    """

    span: Span
    message: str
    fix: Fix | None = None
    level: Level | None = None
    path: str = ""
    related: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True)
class CouldNotCheck:
    """What a rule yields where it could not judge."""

    span: Span
    reason: str
    path: str = ""


Outcome = Problem | CouldNotCheck
Found = Iterator[Outcome]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; ``check`` takes its subject and a :class:`Context`.

    ``needs`` says when a runbook rule applies: ``nothing`` to any markdown,
    ``template`` to documents that are held to a template, ``format`` to
    documents that declare ``runbook/v1``.
    """

    code: str
    name: str
    level: Level
    since: str
    subject: Subject
    needs: Needs
    check: Callable[[Any, Context], Found]

    @property
    def group(self) -> Group:
        """What it judges, and when."""
        return self.subject, self.needs

    @property
    def page(self) -> str:
        """The documentation, in markdown."""
        return self.check.__doc__ or ""

    @property
    def summary(self) -> str:
        """The first sentence of the page."""
        return self.page.strip().split("\n", 1)[0].removesuffix(".")


def _make(
    code: str, level: Level, since: str, subject: Subject, needs: Needs
) -> Callable[[Callable[[Any, Context], Found]], Rule]:
    def wrap(check: Callable[[Any, Context], Found]) -> Rule:
        name = check.__name__.replace("_", "-")
        return Rule(code, name, level, since, subject, needs, check)

    return wrap


def document_rule(
    code: str, *, level: Level, since: str
) -> Callable[[Callable[[Document, Context], Found]], Rule]:
    """Make a rule for every markdown file, whatever its format."""
    return _make(code, level, since, "document", "nothing")


def runbook_rule(
    code: str, *, level: Level, since: str, needs: Needs
) -> Callable[[Callable[[Runbook, Context], Found]], Rule]:
    """Make a rule for runbooks.

    In a document that the template does not hold to its format (``needs`` is
    ``nothing`` and no format is declared) an error counts as a warning.
    """
    return _make(code, level, since, "runbook", needs)


def postmortem_rule(
    code: str, *, level: Level, since: str
) -> Callable[[Callable[[Postmortem, Context], Found]], Rule]:
    """Make a rule for documents that declare ``postmortem/v1``."""
    return _make(code, level, since, "postmortem", "format")


def rules_rule(
    code: str, *, level: Level, since: str
) -> Callable[[Callable[[RuleFile, Context], Found]], Rule]:
    """Make a rule for one file of alert rules."""
    return _make(code, level, since, "rules", "nothing")


def handbook_rule(
    code: str, *, level: Level, since: str
) -> Callable[[Callable[[Handbook, Context], Found]], Rule]:
    """Make a rule that holds files against each other; its problems name a path."""
    return _make(code, level, since, "handbook", "nothing")


def allowance_rule(
    code: str, *, level: Level, since: str
) -> Callable[[Callable[[tuple[AllowUse, ...], Context], Found]], Rule]:
    """Make a rule for the allow comments of one file."""
    return _make(code, level, since, "allowances", "nothing")

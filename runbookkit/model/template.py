"""What a template demands of a document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from runbookkit.model.base import Data
from runbookkit.model.remembered import remembered

DocumentKind = Literal["runbook", "postmortem"]


@dataclass(frozen=True, slots=True)
class TemplateKey(Data):
    """One front-matter key."""

    name: str
    required: bool
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class TemplateSection(Data):
    """One section, in the order it must stand in."""

    title: str
    required: bool
    holds_steps: bool = False
    reads_only: bool = False
    """Whether its steps may change nothing."""
    columns: tuple[str, ...] = ()
    """Columns of the table it must hold."""
    aliases: tuple[str, ...] = ()
    """Other headings that mean the same."""
    guidance: tuple[str, ...] = ()
    """Its paragraphs that tell an author what belongs there."""


@dataclass(frozen=True, slots=True)
class Template(Data):
    """A document template, read from a readable markdown file."""

    path: str
    format: str
    """The format it is for, such as ``runbook/v1``."""
    title: str
    keys: tuple[TemplateKey, ...]
    sections: tuple[TemplateSection, ...]

    @property
    def kind(self) -> DocumentKind:
        """Which kind of document it is for."""
        return "postmortem" if self.format.startswith("postmortem/") else "runbook"

    @property
    def demands_format(self) -> bool:
        """Whether a document must declare its format to be held to the template."""
        return any(key.name == "format" and key.required for key in self.keys)

    def section(self, title: str) -> TemplateSection | None:
        """Return the section that a heading names, by title or alias."""
        return _by_name(self).get(title.strip().casefold())


@remembered
def _by_name(template: Template) -> dict[str, TemplateSection]:
    named: dict[str, TemplateSection] = {}
    for section in template.sections:
        for name in (section.title, *section.aliases):
            named.setdefault(name.casefold(), section)
    return named

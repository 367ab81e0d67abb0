"""Markdown text to a typed :class:`Runbook`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from runbookkit.markdown.document import parse_document
from runbookkit.markdown.sections import parse_sections
from runbookkit.model.document import Document, ParseProblem
from runbookkit.model.formats import RUNBOOK
from runbookkit.model.runbook import Metadata, Runbook
from runbookkit.model.template import Template

FORMAT = RUNBOOK


def parse_runbook(
    text: str, path: str, template: Template, languages: Collection[str]
) -> Runbook:
    """Return the runbook that a text is, whatever the text is.

    ``languages`` are the fence languages that make a block an action; the
    parser itself knows none.
    """
    return runbook_of(parse_document(text, path), template, languages)


def runbook_of(
    document: Document, template: Template, languages: Collection[str]
) -> Runbook:
    """Return the runbook that a parsed document is."""
    sections, found = parse_sections(document, template, languages)
    metadata, refused = _metadata(document)
    heading = document.title
    title = metadata.title or (heading.title if heading else "")
    problems = (*document.problems, *refused, *found)
    return Runbook(
        document.path, title, document.format, metadata, sections, document, problems
    )


def _metadata(document: Document) -> tuple[Metadata, tuple[ParseProblem, ...]]:
    front = document.front_matter
    if front is None:
        return Metadata(), ()
    if document.format == FORMAT:
        # pydantic costs more than parsing a hundred ordinary documents
        from runbookkit.markdown.metadata import runbook_metadata  # noqa: PLC0415

        return runbook_metadata(front)
    return _loose(front.data), ()


def _loose(data: Mapping[str, Any]) -> Metadata:
    """Return what the front matter of another house happens to say."""

    def word(key: str) -> str:
        value = data.get(key)
        return value if isinstance(value, str) else ""

    alerts = data.get("alerts")
    reviewed = data.get("reviewed")
    return Metadata(
        title=word("title"),
        service=word("service"),
        owner=word("owner"),
        severity=word("severity"),
        alerts=tuple(each for each in alerts if isinstance(each, str))
        if isinstance(alerts, list)
        else (),
        reviewed=reviewed if type(reviewed) is date else None,
    )

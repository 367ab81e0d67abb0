"""Markdown text to a typed :class:`Postmortem`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from runbookkit.markdown.anchors import plain_text
from runbookkit.markdown.document import parse_document
from runbookkit.markdown.sections import parse_sections, table_of
from runbookkit.model.document import Document, ParseProblem, Prose, Table
from runbookkit.model.postmortem import (
    ActionItem,
    Postmortem,
    PostmortemMetadata,
    TimelineRow,
)
from runbookkit.model.runbook import Section
from runbookkit.model.span import Span
from runbookkit.model.template import Template

FORMAT = "postmortem/v1"
_TIME = re.compile(
    r"(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(Z|UTC|\+00:00)?",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def parse_postmortem(text: str, path: str, template: Template) -> Postmortem:
    """Return the postmortem that a text is, whatever the text is."""
    return postmortem_of(parse_document(text, path), template)


def postmortem_of(document: Document, template: Template) -> Postmortem:
    """Return the postmortem that a parsed document is."""
    sections, found = parse_sections(document, template, ())
    metadata, refused = _metadata(document)
    heading = document.title
    return Postmortem(
        document.path,
        metadata.title or (heading.title if heading else ""),
        document.format,
        metadata,
        sections,
        tuple(_timeline(_table(sections, template, "event"))),
        tuple(_actions(_table(sections, template, "action"))),
        document,
        (*document.problems, *refused, *found),
    )


def _metadata(
    document: Document,
) -> tuple[PostmortemMetadata, tuple[ParseProblem, ...]]:
    if document.front_matter is None or document.format != FORMAT:
        return PostmortemMetadata(), ()
    # pydantic costs more than parsing a hundred ordinary documents
    from runbookkit.markdown.metadata import postmortem_metadata  # noqa: PLC0415

    return postmortem_metadata(document.front_matter)


def _table(
    sections: tuple[Section, ...], template: Template, column: str
) -> Table | None:
    for section in sections:
        known = template.section(section.title)
        if known is not None and column in known.columns:
            return table_of(section)
    return None


def _cells(table: Table | None) -> Iterator[tuple[dict[str, str], Span]]:
    if table is None:
        return
    names = [plain_text(cell.text).lower() for cell in table.header]
    for row in table.rows:
        if not row:
            continue
        first, last = row[0].span, row[-1].span
        span = Span(first.line, first.column, last.end_line, last.end_column)
        yield dict(zip(names, (cell.text.strip() for cell in row), strict=False)), span


def _timeline(table: Table | None) -> Iterator[TimelineRow]:
    for cells, span in _cells(table):
        time = next((cells[name] for name in cells if name.startswith("time")), "")
        yield TimelineRow(
            time,
            parse_time(time),
            cells.get("event", ""),
            cells.get("source", ""),
            span,
        )


def _actions(table: Table | None) -> Iterator[ActionItem]:
    for cells, span in _cells(table):
        due = cells.get("due", "")
        yield ActionItem(
            cells.get("action", ""),
            cells.get("kind", "").lower(),
            cells.get("owner", ""),
            due,
            _day(due),
            cells.get("tracking", ""),
            span,
        )


def parse_time(text: str) -> datetime | None:
    """Return a UTC time as postmortems write it; none when it is no such time.

    >>> parse_time("2026-11-01 12:03 UTC")
    datetime.datetime(2026, 11, 1, 12, 3, tzinfo=datetime.timezone.utc)
    """
    match = _TIME.fullmatch(plain_text(text))
    if match is None:
        return None
    try:
        return datetime(*(int(part or 0) for part in match.groups()[:6]), tzinfo=UTC)  # type: ignore[misc,arg-type]
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def leftover_cells(table: Table) -> Iterator[Prose]:
    """Yield cells without text."""
    for row in table.rows:
        yield from (cell for cell in row if not cell.text.strip())

"""Markdown text to a typed :class:`Postmortem`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import NamedTuple

from runbookkit.markdown.anchors import plain_text
from runbookkit.markdown.document import parse_document
from runbookkit.markdown.sections import parse_sections
from runbookkit.model.document import Document, ParseProblem, Prose, Table
from runbookkit.model.formats import POSTMORTEM
from runbookkit.model.postmortem import (
    ActionItem,
    Postmortem,
    PostmortemMetadata,
    TimelineRow,
)
from runbookkit.model.runbook import Section
from runbookkit.model.span import Span
from runbookkit.model.template import Template, TemplateSection

FORMAT = POSTMORTEM
_TIME = re.compile(
    r"(\d{4})[-/](\d\d)[-/](\d\d)(?:T| +)(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?"
    r"\s*(Z|UTC|GMT|(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d))?",
    re.IGNORECASE | re.ASCII,
)
_UTC_COLUMN = re.compile(r"time \(utc\)|time in utc")
_ALL_IN_UTC = re.compile(r"\btimes?\b[^.;:|]{0,30}\bUTC\b(?![+-])", re.IGNORECASE)
_REMARK = re.compile(r"\s*(?:\([^()]*\)|\bin utc)$", re.IGNORECASE)
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
        tuple(_timeline(*_held(sections, template, "event"))),
        tuple(_actions(_held(sections, template, "action")[0])),
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


def _held(
    sections: tuple[Section, ...], template: Template, column: str
) -> tuple[Table | None, Section | None]:
    """Return the table that has to have a column, and the section it stands in."""
    for section in sections:
        known = template.section(section.title)
        if known is not None and column in known.columns:
            return table_in(section, known), section
    return None, None


def table_in(section: Section, known: TemplateSection) -> Table | None:
    """Return the table of a section: the one with the columns, or else the first."""
    tables = [block for block in section.blocks if isinstance(block, Table)]
    full = (each for each in tables if set(known.columns) <= set(columns_of(each)))
    return next(full, tables[0] if tables else None)


def columns_of(table: Table) -> tuple[str, ...]:
    """Return the names of a table's columns: lower case, remarks in brackets left out.

    ``Time (UTC)`` is the column ``time``.
    """
    return tuple(
        _REMARK.sub("", plain_text(cell.text)).strip().lower() for cell in table.header
    )


class _Row(NamedTuple):
    cells: dict[str, str]
    places: dict[str, Span]
    span: Span


def _rows(table: Table | None) -> Iterator[_Row]:
    if table is None:
        return
    names = columns_of(table)
    for row in table.rows:
        if not row:
            continue
        first, last = row[0].span, row[-1].span
        yield _Row(
            dict(zip(names, (cell.text.strip() for cell in row), strict=False)),
            dict(zip(names, (cell.span for cell in row), strict=False)),
            Span(first.line, first.column, last.end_line, last.end_column),
        )


def _timeline(table: Table | None, section: Section | None) -> Iterator[TimelineRow]:
    utc = table is not None and section is not None and _in_utc(table, section)
    for cells, places, span in _rows(table):
        time = cells.get("time", "")
        yield TimelineRow(
            time,
            parse_time(time, utc=utc),
            cells.get("event", ""),
            cells.get("source", ""),
            span,
            places,
        )


def _in_utc(table: Table, section: Section) -> bool:
    """Tell whether the words around a table name UTC as the zone of all its times."""
    heads = (plain_text(cell.text).lower() for cell in table.header)
    if any(_UTC_COLUMN.fullmatch(head) for head in heads):
        return True
    before = (block for block in section.blocks if block.span < table.span)
    return any(
        isinstance(block, Prose) and _ALL_IN_UTC.search(block.text) for block in before
    )


def _actions(table: Table | None) -> Iterator[ActionItem]:
    for cells, places, span in _rows(table):
        due = cells.get("due", "")
        yield ActionItem(
            cells.get("action", ""),
            plain_text(cells.get("kind", "")).lower(),
            cells.get("owner", ""),
            due,
            _day(plain_text(due)),
            cells.get("tracking", ""),
            span,
            places,
        )


def parse_time(text: str, *, utc: bool = False) -> datetime | None:
    """Return a time in UTC; none when it cannot be read or names no zone.

    ``utc`` says that the text's surroundings name the zone, and that it is UTC.

    >>> parse_time("2026-11-01 12:03 UTC")
    datetime.datetime(2026, 11, 1, 12, 3, tzinfo=datetime.timezone.utc)
    >>> parse_time("2026-11-01 12:03")
    """
    match = _TIME.fullmatch(plain_text(text))
    if match is None or not (match[7] or utc):
        return None
    year, month, day, hour, minute, second = (
        int(each or 0) for each in match.groups()[:6]
    )
    offset = timedelta(
        hours=int(match["hours"] or 0), minutes=int(match["minutes"] or 0)
    )
    try:
        zone = timezone(-offset if match["sign"] == "-" else offset)
        local = datetime(year, month, day, hour, minute, second, tzinfo=zone)
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None

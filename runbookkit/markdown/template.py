"""A template document to the obligations it states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeGuard

from runbookkit.errors import TemplateError
from runbookkit.markdown.document import parse_document
from runbookkit.model.document import Block, Document, Heading, Prose, Table
from runbookkit.model.template import Template, TemplateKey, TemplateSection

_EMPHASIS = re.compile(r"^([*_])(?!\1)(.+?)\1$", re.DOTALL)
_ALIASES = re.compile(r"^also called (.+)$", re.IGNORECASE)
_COLUMNS = re.compile(r"^table: (.+)$", re.IGNORECASE)


def parse_template(text: str, path: str) -> Template:
    """Return what a template demands.

    Raises:
        TemplateError: The document does not say which format it is for, or a
            section does not begin with its obligation.
    """
    document = parse_document(text, path)
    data = document.front_matter.data if document.front_matter else {}
    declared = data.get("template")
    if not isinstance(declared, str) or "/" not in declared:
        raise TemplateError(
            f"{path}:1: not a template; its front matter must say which format it"
            " is for, such as `template: runbook/v1`"
        )
    title = document.title.title if document.title else ""
    sections = tuple(
        _section(document, number, heading)
        for number, heading in enumerate(document.blocks)
        if isinstance(heading, Heading)
        and heading.level == 2
        and not _holds_keys(document, number)
    )
    if not sections:
        raise TemplateError(
            f"{path}:1: the template names no section; add `## ` headings"
        )
    return Template(path, declared, title, _keys(document), sections)


def _keys(document: Document) -> tuple[TemplateKey, ...]:
    for block in document.blocks:
        if _is_key_table(block):
            return tuple(
                TemplateKey(
                    row[0].text.strip("` "),
                    row[1].text.strip().lower() == "required",
                    row[2].text if len(row) > 2 else "",
                )
                for row in block.rows
                if len(row) > 1
            )
    return ()


def _is_key_table(block: Block) -> TypeGuard[Table]:
    return isinstance(block, Table) and _words(block)[:2] == ["key", "obligation"]


def _holds_keys(document: Document, number: int) -> bool:
    for block in document.blocks[number + 1 :]:
        if isinstance(block, Heading) and block.level <= 2:
            return False
        if _is_key_table(block):
            return True
    return False


def _words(table: Table) -> list[str]:
    return [cell.text.strip().lower() for cell in table.header]


def _section(document: Document, number: int, heading: Heading) -> TemplateSection:
    following = document.blocks[number + 1 : number + 2]
    first = following[0] if following else None
    match = _EMPHASIS.match(first.text) if isinstance(first, Prose) else None
    if match is None:
        raise TemplateError(
            f"{document.path}:{heading.span.line}: section {heading.title!r} does not"
            " begin with its obligation; write `*Required.*` or `*Optional.*` below it"
        )
    required: bool | None = None
    flags: set[str] = set()
    columns: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    for sentence in filter(
        None, map(str.strip, match[2].replace("\n", " ").split("."))
    ):
        word = sentence.lower()
        if word in {"required", "optional"}:
            required = word == "required"
        elif word in {"holds steps", "reads only"}:
            flags.add(word)
        elif named := _ALIASES.match(sentence):
            aliases = tuple(each.strip() for each in named[1].split(","))
        elif named := _COLUMNS.match(sentence):
            columns = tuple(each.strip().lower() for each in named[1].split(","))
        else:
            raise TemplateError(
                f"{document.path}:{heading.span.line}: {sentence!r} means nothing in"
                " a template; known are Required, Optional, Holds steps, Reads only,"
                " Table: …, Also called …"
            )
    if required is None:
        raise TemplateError(
            f"{document.path}:{heading.span.line}: section {heading.title!r} says"
            " neither Required nor Optional"
        )
    return TemplateSection(
        heading.title,
        required,
        holds_steps="holds steps" in flags,
        reads_only="reads only" in flags,
        columns=columns,
        aliases=aliases,
        guidance=tuple(_guidance(document, number + 2)),
    )


def _guidance(document: Document, start: int) -> Iterator[str]:
    for block in document.blocks[start:]:
        if isinstance(block, Heading):
            return
        if isinstance(block, Prose):
            yield " ".join(block.text.split())

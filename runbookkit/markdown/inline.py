"""Links, code spans and comments inside prose, with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runbookkit.model.document import Comment, Html, Link, Prose
from runbookkit.model.span import Located

_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_TARGET = r"\(\s*(?:<([^<>\n]*)>|([^\s()<>]*(?:\([^\s()]*\)[^\s()]*)*))(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\)"
_LINK = re.compile(r"(!?)\[((?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\]" + _TARGET)
_SHORTCODE_LINK = re.compile(r"(!?)\[([^\[\]]*)\]\((\{\{[<%].*?[>%]\}\})\)")
_REFERENCE = re.compile(r"(!?)\[([^\[\]]+)\](?:\[([^\[\]]*)\])?(?![(:\[])")
_AUTO = re.compile(r"<((?:https?|ftp|mailto):[^<>\s]*)>")
_BARE = re.compile(r"(?<![\w<\"'\[=/])(?<!\]\()https?://[^\s<>\"'`]+")
_AFTER = ".,;:!?*_~|"
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)


def code_spans(text: str) -> Iterator[re.Match[str]]:
    """Yield each code span; group 2 is its content."""
    return _CODE.finditer(text) if "`" in text else iter(())


def without_code(text: str) -> str:
    """Return the text with code spans blanked, every offset kept."""
    if "`" not in text:
        return text
    return _CODE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def links(prose: Located, references: dict[str, str]) -> Iterator[Link]:
    """Yield the links and images of a piece of prose.

    ``references`` maps labels, as markdown normalises them, to targets.
    """
    text = prose.text
    if "](" not in text and "://" not in text and not (references and "[" in text):
        return
    text = without_code(text)
    taken: list[tuple[int, int]] = []
    for match in (*_SHORTCODE_LINK.finditer(text), *_LINK.finditer(text)):
        if any(start <= match.start() < end for start, end in taken):
            continue
        taken.append(match.span())
        target = match[3] if match[3] is not None else (match.group(4) or "")
        yield Link(target, match[2], prose.span_of(*match.span()), bool(match[1]))
        yield from _images_in(match, prose)
    for match in (*_AUTO.finditer(text), *_BARE.finditer(text)):
        if any(start <= match.start() < end for start, end in taken):
            continue
        taken.append(match.span())
        target = match[1] if match.re is _AUTO else _trimmed(match[0])
        end = match.end() if match.re is _AUTO else match.start() + len(target)
        yield Link(target, target, prose.span_of(match.start(), end))
    if references:
        yield from _reference_links(text, prose, references, taken)


def _trimmed(address: str) -> str:
    """Drop what belongs to the sentence: punctuation, and brackets that it opened."""
    kept = address.rstrip(_AFTER)
    excess = kept.count(")") - kept.count("(")
    while excess > 0 and kept.endswith(")"):
        kept = kept[:-1].rstrip(_AFTER)
        excess -= 1
    return kept


def _images_in(match: re.Match[str], prose: Located) -> Iterator[Link]:
    if "![" not in match[2]:
        return
    for inner in _LINK.finditer(match[2]):
        start = match.start(2) + inner.start()
        span = prose.span_of(start, match.start(2) + inner.end())
        yield Link(inner[3] or inner[4] or "", inner[2], span, image=True)


def _reference_links(
    text: str,
    prose: Located,
    references: dict[str, str],
    taken: list[tuple[int, int]],
) -> Iterator[Link]:
    for match in _REFERENCE.finditer(text):
        if any(start <= match.start() < end for start, end in taken):
            continue
        target = references.get(normal_label(match[3] or match[2]))
        if target is not None:
            span = prose.span_of(*match.span())
            yield Link(target, match[2], span, bool(match[1]))


def normal_label(label: str) -> str:
    """Return a reference label as CommonMark compares it."""
    return " ".join(label.split()).upper()


def comments(block: Prose | Html) -> Iterator[Comment]:
    """Yield the HTML comments of a block."""
    if "<!--" not in block.text:
        return
    text = without_code(block.text) if isinstance(block, Prose) else block.text
    for match in _COMMENT.finditer(text):
        span = block.span_of(*match.span())
        rows = match[1].count("\n") + 1
        first = span.line - block.first_line
        columns = (span.column + 4, *block.columns[first + 1 : first + rows])
        yield Comment(block.text[match.start(1) : match.end(1)], span, columns)

"""What rules change about a fence: its language, or the words inside."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from runbookkit.lint.tools import begins_command
from runbookkit.lint.transcripts import read_transcript
from runbookkit.model.document import CodeBlock, Document
from runbookkit.model.finding import Edit, Fix
from runbookkit.model.span import Span
from runbookkit.queries.registry import language_of

_MARKS: Final = re.compile(r"[`~]{3,}[ \t]*")
_WORD: Final = re.compile(r"\S*")
_YAML: Final = re.compile(r"\s*(?:#|- |-$|---|[\w./\"'-]+:(?:\s|$)|[|>}\]])")
_SQL: Final = re.compile(
    r"\s*(?:SELECT|UPDATE\s+\S+\s+SET|INSERT\s+INTO|DELETE\s+FROM|ALTER\s+TABLE"
    r"|CREATE\s+\w+|DROP\s+\w+|WITH\s+\w+\s+AS)\b"
)
# The parsers of Loki's and Tempo's languages take long to load, so their words
# are looked for closely: where the query begins, and only there.
_LOOKS: Final = {
    "promql": re.compile(
        r"[a-z_]\w*\s*(?:(?:by|without)\s*\([^()]*\)\s*)?\("
        r"|\[\d+[smhdwy]\w*(?::\w*)?\]|\w\{[^{}]*(?:=|!=|=~|!~)\s*[\"']"
    ),
    "logql": re.compile(
        r"\A\s*(?:\w+\s*(?:(?:by|without)\s*\([^()]*\)\s*)?\(\s*)*"
        r"\{\s*\w+\s*(?:=|!=|=~|!~)\s*[\"`][^{}]*\}\s*(?:\||!=|!~|\[)"
    ),
    "traceql": re.compile(
        r"\A\s*\(*\s*\{[^{}]*\b(?:resource\.|span\.|duration\b|status\b|name\b|kind\b"
        r"|nestedSet|trace:|span:|rootName)[^{}]*(?:=|<|>)"
    ),
}
"""What a text of each language must show before its parser is asked."""
_COMMENTS: Final = re.compile(r"^[ \t]*(?:#|//).*$", re.MULTILINE)
_NAMELESS: Final = re.compile(r"(?:^|[\s(])\{", re.MULTILINE)


def tag_span(document: Document, block: CodeBlock) -> Span | None:
    """Return where the language of a fence stands, or would stand."""
    line = document.lines[block.block.line - 1]
    marks = _MARKS.search(line, block.block.column - 1)
    if not block.fenced or marks is None:
        return None
    word = _WORD.match(line, marks.end())
    end = word.end() if word else marks.end()
    return Span(block.block.line, marks.end() + 1, block.block.line, end + 1)


def retag(
    document: Document, block: CodeBlock, language: str, *, safe: bool = False
) -> Fix | None:
    """Return the fix that gives a fence another language."""
    where = tag_span(document, block)
    if where is None:
        return None
    return Fix(f"tag the fence `{language}`", (Edit(where, language),), safe)


def guess_language(text: str) -> str:
    """Return the language that a text is in, as far as the text tells.

    >>> guess_language("oc get nodes"), guess_language("up to you")
    ('bash', '')
    """
    query = query_language(text)
    if query:
        return query
    transcript = read_transcript(text, "")
    if transcript is not None:
        return "console" if transcript.prompts or transcript.answered else "bash"
    if _SQL.match(text):
        return "sql"
    return _data(text)


def _data(text: str) -> str:
    if text.lstrip()[:1] in {"{", "["}:
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            return ""
        return "json"
    lines = [line for line in text.split("\n") if line.strip()]
    keys = [line for line in lines if re.match(r"\s*[\w./-]+:(?:\s|$)", line)]
    yaml = len(keys) > 1 and all(_YAML.match(line) for line in lines)
    return "yaml" if yaml else ""


@lru_cache(maxsize=256)
def query_language(text: str) -> str:
    """Return the query language that a text can only be in, or an empty word.

    The words must look like the language and its parser must agree. Several
    queries may stand one below the other, with blank lines between them.
    """
    if "(" not in text and "{" not in text and "[" not in text:
        return ""
    if begins_command(text.lstrip()):
        return ""
    for language, looks in _LOOKS.items():
        if language == "promql" and _NAMELESS.search(text):
            continue  # a selector without a name in front of it is Loki's
        if looks.search(text) and any(
            all(looks.search(part) and is_valid(part, language) for part in parts)
            for parts in _readings(text)
        ):
            return language
    return ""


def _readings(text: str) -> Iterator[list[str]]:
    """Yield the text as one query, then as one between each pair of blank lines."""
    bare = _COMMENTS.sub("", text)
    yield [bare]
    parts = [part for part in re.split(r"\n\s*\n", bare) if part.strip()]
    if len(parts) > 1:
        yield parts


def is_valid(text: str, language: str) -> bool:
    """Tell whether a query is valid in a language that is known here."""
    known = language_of(language)
    if known is None:
        return False
    checked = known.check(text, "")
    errors = [each for each in checked.problems if each.level == "error"]
    return not errors and not checked.unchecked

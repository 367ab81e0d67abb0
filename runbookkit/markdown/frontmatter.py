"""The YAML in front of a document, with the place of every value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from runbookkit.markdown.nesting import MAX_DEPTH, nests_too_deep
from runbookkit.model.document import FrontMatter, ParseProblem
from runbookkit.model.span import Span

PROBLEM = "unreadable-front-matter"


class _Loader(yaml.CSafeLoader):
    """Leaves a date that no calendar has as text, for whoever checks that value."""


def _day(loader: _Loader, node: yaml.ScalarNode) -> Any:
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        return node.value


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _day)


def front_matter_end(lines: tuple[str, ...]) -> int:
    """Return the line of the closing ``---``, from 1; 0 when there is none."""
    if not lines or lines[0].rstrip() != "---":
        return 0
    for number, line in enumerate(lines[1:], 2):
        if line.rstrip() in {"---", "..."}:
            return number
    return 0


def parse_front_matter(
    lines: tuple[str, ...], end: int
) -> tuple[FrontMatter, tuple[ParseProblem, ...]]:
    """Read lines 2 to ``end`` - 1; what cannot be read becomes a problem."""
    span = Span(1, 1, end, len(lines[end - 1]) + 1)
    node: Any = None
    data: Any = {}
    try:
        said = _refusal(text := "\n".join(lines[1 : end - 1]))
        if not said:
            loader = _Loader(text)
            try:
                node = loader.get_single_node()
                data = loader.construct_document(node) if node is not None else {}
            finally:
                loader.dispose()
            if not isinstance(data, dict):
                said = "front matter must be a list of `key: value` lines"
    except yaml.YAMLError as error:
        return FrontMatter(span, {}), (_problem(error, lines, span),)
    except (ValueError, RecursionError, OverflowError) as error:
        said = f"front matter cannot be read: {error}"
    if said:
        return FrontMatter(span, {}), (ParseProblem(PROBLEM, said, span),)
    places: dict[str, Span] = {}
    keys: dict[str, Span] = {}
    problems = () if node is None else tuple(_index(node, "", places, keys, lines))
    data = {str(key): value for key, value in data.items()}
    return FrontMatter(span, data, places, keys), problems


def _refusal(text: str) -> str:
    """Say what keeps a text from being read at all, before it is."""
    if nests_too_deep(text):
        return f"front matter nests deeper than {MAX_DEPTH} levels; flatten it"
    if _uses_anchors(text):
        return (
            "front matter must not use anchors, aliases or merge keys;"
            " write the value out"
        )
    return ""


def _uses_anchors(text: str) -> bool:
    if not any(mark in text for mark in "&*<"):
        return False
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if getattr(event, "anchor", None) is not None:
            return True
        if isinstance(event, yaml.ScalarEvent) and (
            event.value == "<<" and event.implicit[0]
        ):
            return True
    return False


def _problem(error: yaml.YAMLError, lines: tuple[str, ...], span: Span) -> ParseProblem:
    mark = getattr(error, "problem_mark", None)
    said = getattr(error, "problem", None) or "not YAML"
    if mark is not None:
        line = min(mark.line + 2, len(lines))
        column = min(mark.column, len(lines[line - 1])) + 1
        span = Span(line, column, line, column)
    return ParseProblem(PROBLEM, f"front matter is not valid YAML: {said}", span)


def _index(
    node: Any,
    path: str,
    places: dict[str, Span],
    keys: dict[str, Span],
    lines: tuple[str, ...],
) -> Iterator[ParseProblem]:
    places[path] = node_span(node, lines)
    prefix = f"{path}." if path else ""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name = f"{prefix}{getattr(key, 'value', '?')}"
            where = node_span(key, lines)
            if name in keys:
                message = f"key {name!r} stands twice; the last one wins"
                yield ParseProblem(PROBLEM, message, where)
            keys[name] = where
            yield from _index(value, name, places, keys, lines)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _index(value, f"{prefix}{number}", places, keys, lines)


def node_span(node: Any, lines: tuple[str, ...], offset: int = 2) -> Span:
    """Return the place of a YAML node whose text begins at line ``offset``."""
    start, end = node.start_mark, node.end_mark
    line = min(start.line + offset, len(lines))
    end_line = min(max(end.line + offset, line), len(lines))
    column = min(start.column, len(lines[line - 1])) + 1
    end_column = min(end.column, len(lines[end_line - 1])) + 1
    if end_line > line and end.column == 0:
        end_line -= 1
        end_column = len(lines[end_line - 1]) + 1
    if end_line == line:
        end_column = max(end_column, column)
    return Span(line, column, end_line, end_column)

"""What Loki refuses in the stages of a log query."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from runbookkit.queries import regexes
from runbookkit.queries.go_strings import unquote
from runbookkit.queries.go_templates import template_fault
from runbookkit.queries.language import QueryProblem
from runbookkit.queries.literals import regex_problem
from runbookkit.queries.parse_tree import (
    Node,
    Word,
    child,
    children,
    fault_at,
    word,
    words,
)

Problems: TypeAlias = Iterator[QueryProblem]

_CAPTURE: Final = re.compile(r"<([A-Za-z_][A-Za-z0-9_]*)>")
_FIELD: Final = r"[A-Za-z_]\w*"
_INDEX: Final = r'\[(?:\d+|"[^"]*")\]'
_JSON_PATH: Final = re.compile(
    rf"\s*(?:{_FIELD}|{_INDEX})(?:\.{_FIELD}|{_INDEX})*\s*", re.ASCII
)
_LOGFMT_KEY: Final = re.compile(r'\s*[A-Za-z_][\w"]*\s*', re.ASCII)
_ORDERED: Final = frozenset(("GREATER", "GREATER_EQUAL", "LESS", "LESS_EQUAL"))


def _line_filter(node: Node) -> Problems:
    operator, *needles = words(node)
    for needle in needles:
        if needle.type != "STRING":
            continue
        if operator.type in ("CONTAINS_MATCH", "MATCHES_NOT"):
            problem = regex_problem(str(needle), needle.start_pos or 0)
            if problem:
                yield problem
        elif operator.type in ("LIKE", "LIKE_NOT"):
            yield from _line_pattern(needle)
    ip = child(node, "ip")
    if ip is not None and operator.type not in ("CONTAINS", "UNEQUAL"):
        yield fault_at(operator, "`ip(…)` follows `|=` or `!=` only")


def _line_pattern(literal: Word) -> Problems:
    pattern = unquote(str(literal)).value
    named = [name for name in _CAPTURE.findall(pattern) if name != "_"]
    if named:
        yield fault_at(
            literal, f"a line pattern has no names; write `<_>` for `<{named[0]}>`"
        )
    else:
        yield from _neighbours(literal, pattern)


def _neighbours(literal: Word, pattern: str) -> Problems:
    touching = re.search(rf"({_CAPTURE.pattern}){_CAPTURE.pattern}", pattern)
    if touching:
        yield fault_at(
            literal,
            f"`{touching[0]}` cannot be told apart; write some text between them",
        )


def _ip(node: Node) -> Problems:
    literal = word(node, "STRING")
    if not _is_ip_pattern(unquote(str(literal)).value):
        yield fault_at(
            literal,
            "this is no address, network or range; write one such as "
            '`"10.0.0.1"`, `"10.0.0.0/8"` or `"10.0.0.1-10.0.0.9"`',
        )


def _is_ip_pattern(text: str) -> bool:
    try:
        if "/" in text:
            ipaddress.ip_network(text, strict=False)
        elif "-" in text:
            first, last = (ipaddress.ip_address(each) for each in text.split("-", 1))
            return first.version == last.version and int(first) <= int(last)
        else:
            ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _condition(node: Node) -> Problems:
    _, operator, *value = words(node)
    if child(node, "ip") is not None:
        if operator.type not in ("EQUAL", "UNEQUAL"):
            yield fault_at(operator, "`ip(…)` follows `=` or `!=` only")
    elif value[-1].type == "STRING":
        yield from _compared_text(operator, value[-1])
    elif operator.type in ("MATCHES", "MATCHES_NOT"):
        yield fault_at(value[-1], f'a pattern must be in quotes; write `"{value[-1]}"`')


def _compared_text(operator: Word, literal: Word) -> Problems:
    if operator.type in _ORDERED:
        yield fault_at(
            literal, f"`{operator}` compares numbers; write the number without quotes"
        )
    elif operator.type == "EQUALS":
        yield fault_at(operator, "a text is compared with `=`, not with `==`")
    elif operator.type in ("MATCHES", "MATCHES_NOT"):
        problem = regex_problem(str(literal), literal.start_pos or 0)
        if problem:
            yield problem


def _regexp_stage(node: Node) -> Problems:
    literal = word(node, "STRING")
    pattern = unquote(str(literal)).value
    problem = regex_problem(str(literal), literal.start_pos or 0)
    if problem:
        yield problem
        return
    names = regexes.group_names(pattern)
    if not names:
        yield fault_at(literal, "`regexp` needs a named group, as `(?P<status>\\d+)`")


def _pattern_stage(node: Node) -> Problems:
    literal = word(node, "STRING")
    pattern = unquote(str(literal)).value
    names = [name for name in _CAPTURE.findall(pattern) if name != "_"]
    if not names:
        yield fault_at(literal, "`pattern` needs a named capture, as `<status>`")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        yield fault_at(
            literal, f"`<{twice}>` stands twice; name it once, and `<_>` elsewhere"
        )
    yield from _neighbours(literal, pattern)


def _extractions(node: Node) -> Problems:
    is_json = words(node)[0].type == "JSON"
    for extraction in children(node, "extraction"):
        literal = next(
            (each for each in words(extraction) if each.type == "STRING"), None
        )
        if literal is None:
            continue
        value = unquote(str(literal)).value
        if is_json and not _JSON_PATH.fullmatch(value):
            yield fault_at(
                literal,
                "this is no path into JSON; write one such as `request.id`, "
                '`items[0]` or `["odd-name"]`',
            )
        if not is_json and not _LOGFMT_KEY.fullmatch(value):
            yield fault_at(
                literal, "this is no logfmt key; letters, digits and `_` make one"
            )


def _line_format(node: Node) -> Problems:
    yield from _template(word(node, "STRING"))


def _label_format(node: Node) -> Problems:
    seen: set[str] = set()
    for renaming in children(node, "renaming"):
        label, value = words(renaming)
        if label == "__error__":
            yield fault_at(label, "`__error__` is Loki's own; drop it with `| drop`")
        if label in seen:
            yield fault_at(
                label, f"`{label}` is set twice; use a second `| label_format`"
            )
        seen.add(str(label))
        if value.type == "STRING":
            yield from _template(value)


def _template(literal: Word) -> Problems:
    fault = template_fault(unquote(str(literal)).value)
    if fault:
        yield fault_at(literal, fault)


STAGE_RULES: Final[dict[str, Callable[[Node], Problems]]] = {
    "line_filter": _line_filter,
    "ip": _ip,
    "condition": _condition,
    "regexp_stage": _regexp_stage,
    "pattern_stage": _pattern_stage,
    "json_stage": _extractions,
    "logfmt_stage": _extractions,
    "line_format": _line_format,
    "label_format": _label_format,
}

"""Quote a value for the place in a query where it lands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal

from runbookkit.queries.language import Language
from runbookkit.queries.placeholders import Placeholder
from runbookkit.queries.values import (
    UnsafeValueError,
    after_backslash,
    shown,
    without_controls,
)

Place = Literal["code", "double", "single", "raw", "comment"]

_STRINGS: Final = r'(?P<double>"(?:\\.|[^"\\\n])*")|(?P<single>\'(?:\\.|[^\'\\\n])*\')|(?P<raw>`[^`]*`)'
_COMMENTS: Final[Mapping[str, str]] = {
    "bpftrace": r"(?P<comment>//[^\n]*|/\*(?:.|\n)*?\*/)",
    "logql": r"(?P<comment>\#[^\n]*)",
    "promql": r"(?P<comment>\#[^\n]*)",
    "traceql": r"(?P<comment>//[^\n]*|/\*(?:.|\n)*?\*/)",
}
_WORD: Final = re.compile(
    r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|(?:\d+(?:ms|[smhdwy]))+|[A-Za-z_][A-Za-z0-9_]*"
    r"|NaN|[+-]?Inf"
)
_FORMAT: Final = re.compile(
    r"\b(?:cat|debugf|errorf|printf|strftime|system|time|warnf)\s*\(\s*\"[^\"\n]*\Z"
)
# Words that join or steer, so that a value among them would change the query.
_OPERATORS: Final = frozenset(
    {
        *("and", "atan2", "bool", "by", "else", "group_left", "group_right", "if"),
        *("ignoring", "in", "offset", "on", "or", "return", "unless", "unroll"),
        *("while", "without"),
    }
)


def place_of(text: str, placeholder: Placeholder, language: str) -> Place:
    """Return what a placeholder stands in.

    ``text`` has a sample of the same length in place of each placeholder.
    """
    comments = _COMMENTS.get(language)
    # A comment is looked for first: an apostrophe in one opens no string.
    pattern = f"{comments}|{_STRINGS}" if comments else _STRINGS
    for match in re.finditer(pattern, text):
        if match.start() < placeholder.start and placeholder.end < match.end() + 1:
            return match.lastgroup  # type: ignore[return-value]
        if match.start() > placeholder.start:
            break
    return "code"


def query_value(
    text: str, placeholder: Placeholder, value: str, language: Language
) -> str:
    """Return a value as it must be written at a placeholder's place in a query.

    Raises:
        QuotingError: The value cannot stand there.
    """
    place = place_of(text, placeholder, language.name)
    formats = language.name == "bpftrace" and _FORMAT.search(text, 0, placeholder.start)
    if formats and "%" in value:
        raise _unsafe(placeholder, value, "in a format, % asks for an argument")
    if place != "raw" and after_backslash(text, placeholder.start):
        why = "the backslash before it would change its first character"
        raise _unsafe(placeholder, value, why)
    if place == "double":
        return language.quote(value)
    quoted = language.quote(value) if place == "single" else without_controls(value)
    why = _unfit(place, quoted)
    if why:
        raise _unsafe(placeholder, value, why)
    return quoted


def _unfit(place: Place, value: str) -> str:
    """Return why a value cannot stand in a place as it is."""
    if place == "comment":
        ends = "\n" in value or "*/" in value
        return "it would end the comment" if ends else ""
    if place in {"raw", "single"}:
        ends = ("`" if place == "raw" else "'") in value
        return "it would end the string" if ends else ""
    if _WORD.fullmatch(value) and value.lower() not in _OPERATORS:
        return ""
    return "outside of a string only a number, a duration or a name may stand"


def _unsafe(placeholder: Placeholder, value: str, why: str) -> UnsafeValueError:
    return UnsafeValueError(
        f"{{{{ {placeholder.name} }}}} cannot be {shown(value)} here: {why}"
    )

"""Find ``{{ name }}`` in text, and give each place a sample of the same length."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from runbookkit.queries.language import QueryProblem

FILTERS: Final = (
    *("default", "float", "int", "join", "lower", "replace", "round", "trim"),
    *("upper", "urlencode"),
)
"""The filters that a placeholder may use."""

_BRACES: Final = re.compile(r"\{\{(?P<inside>.*?)\}\}", re.DOTALL)
_NAME: Final = re.compile(r"(?:(?:labels|annotations)\.)?[A-Za-z_]\w*")
_FILTER: Final = re.compile(r"\s*\|\s*(?P<name>[A-Za-z_]\w*)")
_LITERAL: Final = r"""(?:'[^'\\\n]*'|"[^"\\\n]*"|-?\d+(?:\.\d+)?|true|false|none)"""
_ARGUMENT: Final = rf"\s*(?:[a-z_]+\s*=\s*)?{_LITERAL}\s*"
_ARGUMENTS: Final = re.compile(
    rf"\s*\((?:{_ARGUMENT}(?:,{_ARGUMENT})*)?\s*\)", re.IGNORECASE
)


class Filter(NamedTuple):
    """One filter of a placeholder; ``arguments`` is its list as written."""

    name: str
    arguments: str = ""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A place that a value takes when the text is rendered.

    ``name`` is an input, a capture, or ``labels.…`` or ``annotations.…`` of the
    alert. ``expression`` is all that stands between the braces.
    """

    name: str
    expression: str
    filters: tuple[Filter, ...]
    start: int
    end: int


def placeholders(text: str) -> tuple[Placeholder, ...]:
    """Return the placeholders of a text that are written as they must be.

    >>> placeholders("a {{ tenant | upper }}")[0].name
    'tenant'
    """
    return tuple(each for each in _found(text) if isinstance(each, Placeholder))


def placeholder_problems(text: str) -> tuple[QueryProblem, ...]:
    """Return what is wrong with the placeholders of a text.

    >>> placeholder_problems("{{ a.b }}")[0].message
    '`a.b` is not a plain name'
    """
    return tuple(each for each in _found(text) if isinstance(each, QueryProblem))


def with_samples(text: str, sample_of: Callable[[str], str]) -> str:
    """Return a text whose placeholders are replaced by sample values.

    ``sample_of`` gives a short sample for a name: ``"1"`` for a number, ``"5m"``
    for a duration, ``"x"`` for any text. It is stretched to the length of the
    placeholder, so that every place in the text stays where it was; a sample
    that is longer moves what comes after it.

    >>> with_samples("rate(x[{{ window }}])", lambda name: "5m")
    'rate(x[00000000005m])'
    """
    pieces: list[str] = []
    done = 0
    for match in _BRACES.finditer(text):
        read = _read(text, match)
        name = read.name if isinstance(read, Placeholder) else ""
        sample = sample_of(name) if name else "x"
        pieces += [text[done : match.start()], _stretched(sample, len(match[0]))]
        done = match.end()
    return "".join([*pieces, text[done:]])


def _stretched(sample: str, length: int) -> str:
    if re.fullmatch(r"\d+(?:\.\d+)?[a-zµ]*", sample):
        return sample.zfill(length)
    return sample + (sample[-1:] or "x") * (length - len(sample))


def _found(text: str) -> Iterator[Placeholder | QueryProblem]:
    after = 0
    for match in _BRACES.finditer(text):
        yield _read(text, match)
        after = match.end()
    opened = text.find("{{", after)
    if opened >= 0:
        yield QueryProblem("`{{` is never closed with `}}`", opened, opened + 2)


def _read(text: str, match: re.Match[str]) -> Placeholder | QueryProblem:
    place, end = _trimmed(text, *match.span("inside"))
    inside = text[place:end]
    name = _NAME.match(inside)
    if name is None:
        return QueryProblem(_not_a_name(inside), *match.span())
    filters: list[Filter] = []
    at = name.end()
    while found := _FILTER.match(inside, at):
        if found["name"] not in FILTERS:
            message = f"`{found['name']}` is no filter; there are {', '.join(FILTERS)}"
            start, stop = found.span("name")
            return QueryProblem(message, place + start, place + stop)
        arguments = _ARGUMENTS.match(inside, found.end())
        at = arguments.end() if arguments else found.end()
        filters.append(Filter(found["name"], arguments[0].strip() if arguments else ""))
    if at != len(inside):
        return QueryProblem(_not_a_name(inside), *match.span())
    return Placeholder(name[0], inside, tuple(filters), *match.span())


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    inside = text[start:end]
    left = len(inside) - len(inside.lstrip())
    return start + left, start + len(inside.rstrip()) if inside.strip() else start


_GO: Final = re.compile(r"[.$\"-]|(?:range|end|if|else|with|template|define|block)\b")


def _not_a_name(inside: str) -> str:
    if not inside:
        return "there is no name between `{{` and `}}`"
    if _GO.match(inside):
        return (
            f"`{inside}` looks like a Go template, but `{{{{` begins a placeholder; "
            "kubectl can do the same with -o jsonpath"
        )
    return f"`{inside}` is not a plain name"

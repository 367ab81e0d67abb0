"""bpftrace: programs that watch the kernel of a host."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from runbookkit.queries.bpftrace_calls import call_problems, calls
from runbookkit.queries.bpftrace_probes import attach_point_problems, kind_of
from runbookkit.queries.bpftrace_tokens import Probe, Program, Token, read_program
from runbookkit.queries.language import Checked, QueryProblem
from runbookkit.queries.values import without_controls

UNCHECKED: Final = (
    "types, fields and the names of probes are known to bpftrace on the host only"
)
_COMMAND_LINE: Final = re.compile(r"\s*(?:sudo\s+)?(bpftrace\b|-[a-z]\b)")
_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"})
_STRING_BYTES: Final = 64
_BOUNDING: Final = frozenset({"BEGIN", "begin", "interval", "profile"})
_ENDING: Final = frozenset({"BEGIN", "END", "begin", "end", "iter"})
_AFTER: Final = frozenset(
    {"enum", "else", "in", "let", "return", "sizeof", "struct", "union"}
)
_HEADS: Final = frozenset({"for", "if", "unroll", "while"})


def check_bpftrace(query: str, version: str = "") -> Checked:  # noqa: ARG001  # all versions share what is judged
    """Return what can be said of a program without the kernel it is for.

    >>> check_bpftrace("BEGIN { signal(9); }").problems[0].message
    'signal() is refused: it needs --unsafe, which is never passed'
    """
    command_line = _COMMAND_LINE.match(query)
    if command_line:
        message = "write the program alone, without the command line around it"
        problem = QueryProblem(message, *command_line.span(1))
        return Checked((problem,), kind="bpftrace", unchecked=UNCHECKED)
    program = read_program(query)
    problems = sorted(
        (*program.problems, *_problems(program)), key=lambda each: each.start
    )
    return Checked(
        tuple(problems),
        kind="bpftrace",
        unbounded="" if program.problems else _unbounded(program.probes),
        unchecked=UNCHECKED,
    )


def bpftrace_string(value: str) -> str:
    r"""Return a value as the inside of a bpftrace string.

    Raises:
        UnsafeValueError: the value holds a control character.

    >>> print(bpftrace_string('a"b'))
    a\"b
    """
    return without_controls(value).translate(_ESCAPES)


def _problems(program: Program) -> Iterator[QueryProblem]:
    for probe in program.probes:
        for point in probe.attach_points:
            yield from attach_point_problems(point)
        yield from call_problems(probe.body, program.functions)
        yield from _literals(probe.body)
        yield from _missing_semicolons(probe.body)


def _literals(body: Sequence[Token]) -> Iterator[QueryProblem]:
    for place, token in enumerate(body):
        if token.kind != "string":
            continue
        if not token.text.isascii():
            message = "characters outside ASCII come out wrong in a string"
            yield QueryProblem(message, token.start, token.end, "warning")
        is_format = body[place - 1].text == "("
        size = len(token.text[1:-1].encode(errors="replace"))
        if size >= _STRING_BYTES and not is_format:
            message = f"older versions refuse a string of {_STRING_BYTES} bytes or more"
            yield QueryProblem(message, token.start, token.end, "warning")


def _missing_semicolons(body: Sequence[Token]) -> Iterator[QueryProblem]:
    """Yield where two things stand side by side with nothing between them."""
    ends = {call.closed for call in calls(body)}
    for place, (token, after) in enumerate(pairwise(body)):
        value = token.kind in {"number", "string", "variable"} or token.text == "]"
        value |= token.kind == "name" and token.text not in _AFTER | _HEADS
        value |= place in ends
        follows = after.kind in {"number", "string", "variable"}
        follows |= after.kind == "name" and after.text not in _AFTER
        if value and follows and not _is_type(body, place):
            message = f"`;` or an operator is missing before `{after.text}`"
            yield QueryProblem(message, after.start, after.end)


def _is_type(body: Sequence[Token], place: int) -> bool:
    """Return whether the token belongs to a type, as in ``(struct file *)arg0``."""
    before = [each.text for each in body[max(place - 2, 0) : place]]
    declares = bool(before) and before[-1] in _AFTER
    return declares or body[place].text in {"unsigned", "signed", "const", "long"}


def _unbounded(probes: Sequence[Probe]) -> str:
    kinds = {kind_of(point) for probe in probes for point in probe.attach_points}
    if kinds <= _ENDING and "iter" in kinds:
        return ""  # an iterator ends when it has seen everything
    for probe in probes:
        own = {kind_of(point) for point in probe.attach_points}
        exits = any(call.name.text == "exit" for call in calls(probe.body))
        if exits and own & _BOUNDING:
            return ""
    return "no interval or BEGIN probe calls exit(), so it runs until it is stopped"

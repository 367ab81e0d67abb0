"""Programs before they run: what is refused, how they end, what their maps hold."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from runbookkit.queries.bpftrace import check_bpftrace
from runbookkit.queries.bpftrace_calls import UNSAFE, calls
from runbookkit.queries.bpftrace_probes import kind_of
from runbookkit.queries.bpftrace_tokens import Program, Token, read_program
from runbookkit.queries.language import QueryProblem

MAX_BYTES: Final = 64 * 1024
_FOLDS: Final = frozenset(
    {"avg", "count", "hist", "lhist", "max", "min", "stats", "sum"}
)
_DEFINED: Final = re.compile(
    r"^[ \t]*(?:(?:fn|import|macro|subprog)\b"
    # headers of the kernel may be included: they define types
    r"|\#(?!!|[ \t]*include[ \t]*<(?!/|[^>\n]*\.\.)[^>\n]*>))",
    re.MULTILINE,
)
_CHANGES: Final = frozenset({"++", "--", "+=", "-="})


@dataclass(frozen=True, slots=True)
class Policy:
    """What a program may do."""

    probes: frozenset[str]
    """Kinds of probe, by their full names."""
    reads_files: bool
    """Whether it may call ``cat()``."""


def refusal(text: str, policy: Policy) -> str:
    r"""Return why a program is not run; empty when it may.

    >>> policy = Policy(frozenset({"BEGIN"}), reads_files=False)
    >>> refusal("BEGIN {\n  system(0); }", policy)
    'line 2: system() is refused: it needs --unsafe, which is never passed'
    >>> refusal("watchpoint:0x1000:8:w { }", policy)
    'line 1: watchpoint probes are not allowed here; allowed are BEGIN'
    """
    if len(text.encode(errors="replace")) > MAX_BYTES:
        return f"the program is longer than {MAX_BYTES // 1024} KiB"
    if "\0" in text or text.encode(errors="replace").decode() != text:
        return "the program holds a NUL or half a character"
    program = read_program(text)
    # what cannot be read cannot be known to be harmless
    unread = check_bpftrace(text).problems if program.problems else ()
    found = [*unread, *_unseen(text), *_disallowed(program, policy)]
    found.sort(key=lambda each: each.start)
    if not found:
        return ""
    line = text.count("\n", 0, found[0].start) + 1
    return f"line {line}: {found[0].message}"


def _unseen(text: str) -> Iterator[QueryProblem]:
    for match in _DEFINED.finditer(text):
        message = (
            f"`{match[0].strip()}` is refused: what a program imports or defines is not"
            " looked into; write it in the probes"
        )
        yield QueryProblem(message, match.end() - 1, match.end())


def _disallowed(program: Program, policy: Policy) -> Iterator[QueryProblem]:
    for probe in program.probes:
        for point in probe.attach_points:
            kind = kind_of(point)
            if kind not in policy.probes:
                allowed = ", ".join(sorted(policy.probes))
                message = f"{kind} probes are not allowed here; allowed are {allowed}"
                yield QueryProblem(message, point.start, point.end)
        for call in calls(probe.body):
            name = call.name.text
            if name in UNSAFE:
                message = (
                    f"{name}() is refused: it needs --unsafe, which is never passed"
                )
                yield QueryProblem(message, call.name.start, call.name.end)
            elif name == "cat" and not policy.reads_files:
                message = (
                    "cat() reads files as root and is not allowed here; set"
                    " `reads_files = true` under [backends.bpftrace] to allow it"
                )
                yield QueryProblem(message, call.name.start, call.name.end)


def with_end(text: str, run_time: timedelta) -> str:
    r"""Return a program that ends by itself.

    >>> print(with_end("BEGIN { } // go", timedelta(seconds=2)), end="")
    BEGIN { } // go
    interval:s:2 { exit(); }
    >>> with_end("interval:s:1 { exit(); }", timedelta(seconds=2))
    'interval:s:1 { exit(); }\n'
    """
    # a comment without a newline behind it is a syntax error to bpftrace
    lines = text.rstrip("\n") + "\n"
    if not check_bpftrace(text).unbounded:
        return lines
    seconds = run_time.total_seconds()
    if seconds.is_integer() and seconds:
        return f"{lines}interval:s:{int(seconds)} {{ exit(); }}\n"
    return f"{lines}interval:ms:{max(math.ceil(seconds * 1000), 1)} {{ exit(); }}\n"


def folds(text: str) -> Mapping[str, str]:
    """Return the function that fills each map, by the map's name.

    ``sum`` stands for counting by hand as well, and maps that are assigned to
    are left out: nothing says how two of their values would go together.

    >>> sorted(folds("BEGIN { @a[1, 2] = max(3); @b++; @c = nsecs; }").items())
    [('@a', 'max'), ('@b', 'sum')]
    """
    found: dict[str, str] = {}
    for probe in read_program(text).probes:
        for place, token in enumerate(probe.body):
            if token.kind == "variable" and token.text.startswith("@"):
                fold = _fold(probe.body, place)
                if fold:
                    found[token.text] = fold
    return found


def _fold(body: Sequence[Token], place: int) -> str:
    before = body[place - 1].text
    after = [each.text for each in body[_behind_key(body, place) :][:3]]
    if before in _CHANGES or (after[:1] and after[0] in _CHANGES):
        return "sum"
    if after[:1] == ["="] and after[2:] == ["("] and after[1] in _FOLDS:
        return {"count": "sum", "lhist": "hist"}.get(after[1], after[1])
    return ""


def _behind_key(body: Sequence[Token], place: int) -> int:
    """Return the place behind a map's name and its key in brackets."""
    depth = 0
    for later in range(place + 1, len(body)):
        text = body[later].text
        depth += (text == "[") - (text == "]")
        if not depth and text != "]":
            return later
    return len(body)

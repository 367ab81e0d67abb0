"""The tokens of a bpftrace program, and the probes it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from runbookkit.queries.language import QueryProblem

_TOKEN: Final = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*(?:.|\n)*?\*/)
    | (?P<string>"(?:\\.|[^"\\\n])*")
    | (?P<number>0x[0-9a-fA-F]+|\d[\d_]*(?:\.\d+)?(?:e\d+)?(?:[mun]s|[smhd]|u?l{0,2})?\b)
    | (?P<variable>\$\w+|\$\#|@\w*)
    | (?P<name>[A-Za-z_]\w*)
    | (?P<mark>->|\+\+|--|<<=|>>=|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|\.\.
        |[-+*/%&|^~!<>=?:;,.(){}\[\]\#])
    """,
    re.VERBOSE | re.ASCII,
)
_DEFINITION: Final = re.compile(r"(?P<kind>\w+)(?:[\s({=]\s*(?P<name>\w+)?|$)")
_OPENERS: Final = {"(": ")", "[": "]", "{": "}"}
_NOT_PROBES: Final = frozenset(
    {"config", "enum", "fn", "import", "let", "macro", "struct", "subprog", "union"}
)


class Token(NamedTuple):
    """A word, number, string or mark of a program."""

    kind: Literal["string", "number", "variable", "name", "mark"]
    text: str
    start: int
    end: int


class AttachPoint(NamedTuple):
    """One thing to attach to, as in ``kprobe:vfs_read``; its parts lie at colons."""

    text: str
    start: int

    @property
    def parts(self) -> tuple[str, ...]:
        """The text between the colons."""
        return tuple(re.sub(r'"[^"]*"', '""', self.text).split(":"))

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Probe:
    """Some attach points, and what to do there."""

    attach_points: tuple[AttachPoint, ...]
    body: tuple[Token, ...]


class Program(NamedTuple):
    """The probes of a program, and what keeps it from being read.

    ``functions`` are those that the program defines itself.
    """

    probes: tuple[Probe, ...]
    problems: tuple[QueryProblem, ...]
    functions: frozenset[str] = frozenset()


class _BrokenError(Exception):
    def __init__(self, problem: QueryProblem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read_program(text: str) -> Program:
    """Return the probes of a program up to the first thing that is broken.

    >>> [point.text for probe in read_program("BEGIN { exit(); }").probes
    ...  for point in probe.attach_points]
    ['BEGIN']
    """
    probes: list[Probe] = []
    reader = _Reader(text)
    problems: tuple[QueryProblem, ...] = ()
    try:
        probes.extend(reader.probes())
    except _BrokenError as broken:
        problems = (broken.problem,)
    if not probes and not problems:
        message = "there is no probe in this program"
        problems = (QueryProblem(message, 0, len(text)),)
    return Program(tuple(probes), problems, frozenset(reader.functions))


def _broken(message: str, start: int, end: int) -> _BrokenError:
    return _BrokenError(QueryProblem(message, start, end))


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        self.functions: set[str] = set()

    def probes(self) -> Iterator[Probe]:
        """Yield the probes; definitions of types and settings are stepped over."""
        self._space()
        while self._place < len(self._text):
            definition = _DEFINITION.match(self._text, self._place)
            if definition and definition["kind"] in _NOT_PROBES:
                self.functions.add(definition["name"] or "")
                self._definition()
            else:
                points = tuple(self._attach_points())
                self._predicate()
                yield Probe(points, tuple(self._block(points)))
            self._space()

    def _space(self) -> None:
        while self._place < len(self._text):
            if self._text.startswith("#", self._place):  # a directive or a shebang
                end = self._text.find("\n", self._place)
                self._place = len(self._text) if end < 0 else end
                continue
            match = _TOKEN.match(self._text, self._place)
            if match is None or match.lastgroup != "space":
                self._check_comment()
                return
            self._place = match.end()

    def _check_comment(self) -> None:
        if self._text.startswith("/*", self._place):
            start = self._place
            raise _broken("this comment is never closed with */", start, start + 2)

    def _definition(self) -> None:
        """Step over a type, a setting, a function or an import."""
        while self._place < len(self._text):
            if self._text.startswith("{", self._place):
                list(self._block(()))
                break
            if self._text.startswith(";", self._place):
                break
            self._next()
        self._space()
        if self._text.startswith(";", self._place):
            self._place += 1

    def _attach_points(self) -> Iterator[AttachPoint]:
        while True:
            point = re.compile(r'(?:"[^"\n]*"|[^\s,{"])+').match(
                self._text, self._place
            )
            if point is None or point[0].startswith("/"):
                raise self._no_probe()
            yield AttachPoint(point[0], self._place)
            self._place = point.end()
            self._space()
            if not self._text.startswith(",", self._place):
                return
            self._place += 1
            self._space()

    def _no_probe(self) -> _BrokenError:
        start = self._place
        shown = self._text[start : start + 1]
        message = f"a probe such as `interval:s:1` must stand here, not `{shown}`"
        if not shown:
            message = "a probe must follow the comma"
            start = max(start - 1, 0)
        return _broken(message, start, start + 1)

    def _predicate(self) -> None:
        if not self._text.startswith("/", self._place):
            return
        opened = self._place
        self._place += 1
        depth = 0
        while self._place < len(self._text):
            # A slash ends the predicate when the block follows it.
            if not depth and re.compile(r"/\s*\{").match(self._text, self._place):
                self._place += 1
                self._space()
                return
            token = self._next()
            if token and token.kind == "mark":
                depth += (token.text in "([") - (token.text in ")]")
        raise _broken("this predicate is never closed with /", opened, opened + 1)

    def _block(self, points: tuple[AttachPoint, ...]) -> Iterator[Token]:
        if not self._text.startswith("{", self._place):
            after = points[-1] if points else AttachPoint("", self._place)
            message = f"`{after.text}` needs a block in braces"
            raise _broken(message, after.start, max(after.end, after.start))
        opened: list[Token] = []
        while self._place < len(self._text):
            token = self._next()
            if token is None:
                continue
            yield token
            self._match_brackets(token, opened)
            if not opened:
                return
        last = opened[-1]
        closer = _OPENERS[last.text]
        message = f"`{last.text}` is never closed with `{closer}`"
        raise _broken(message, last.start, last.end)

    def _match_brackets(self, token: Token, opened: list[Token]) -> None:
        if token.kind != "mark":
            return
        if token.text in _OPENERS:
            opened.append(token)
        elif token.text in _OPENERS.values():
            closer = _OPENERS[opened[-1].text]
            if token.text != closer:
                message = f"unexpected `{token.text}`; `{closer}` must come first"
                raise _broken(message, token.start, token.end)
            opened.pop()

    def _next(self) -> Token | None:
        """Take the next token; ``None`` for blanks."""
        start = self._place
        match = _TOKEN.match(self._text, start)
        if match is None:
            raise self._unreadable()
        kind = match.lastgroup
        if kind != "space":
            self._check_comment()
        self._place = match.end()
        if kind in {"string", "number", "variable", "name", "mark"}:
            return Token(kind, match[0], start, match.end())  # type: ignore[arg-type]
        return None

    def _unreadable(self) -> _BrokenError:
        start = self._place
        char = self._text[start]
        if char == '"':
            return _broken("this string is never closed", start, start + 1)
        return _broken(f"bpftrace knows no {char!r}", start, start + 1)

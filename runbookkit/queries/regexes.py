"""Regular expressions as the servers read them: RE2, not Python's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

_ADVICE: Final = (
    ("(?=", "RE2 has no lookaround"),
    ("(?!", "RE2 has no lookaround; use a negative match such as `!~`"),
    ("(?<", "RE2 has no lookbehind"),
    ("(?>", "RE2 has no atomic groups"),
    ("(?#", "RE2 has no comments"),
    ("(?x", "RE2 has no verbose mode"),
    ("(?P=", "RE2 has no backreferences"),
)
_PLAIN: Final = {
    "missing )": "a `(` is never closed",
    "missing ]": "a `[` is never closed",
    "unexpected )": "a `)` closes nothing",
    "no argument for repetition operator": "there is nothing to repeat before it",
    "bad repetition operator": "two repetitions stand side by side",
    "invalid repetition size": "a repetition may count to 1000 at most",
    "trailing \\": "a backslash stands at the end",
}
# RE2 for C++ takes these, Go's RE2 does not
_ONLY_CPP: Final = re.compile(r"(?<!\\)(?:\\\\)*(\\C|\(\?P?<\w*[^\x00-\x7f]\w*>)")


@dataclass(frozen=True, slots=True)
class RegexFault:
    """Why a pattern is refused, and the piece of it that is to blame."""

    message: str
    piece: str = ""


@cache
def _options() -> Any:
    import re2  # type: ignore[import-untyped]

    options = re2.Options()
    options.log_errors = False  # it would write to stderr
    return options


def fault(pattern: str) -> RegexFault | None:
    r"""Return what the servers have against a pattern, if anything.

    >>> fault(r"a(?!b)").message
    'RE2 has no lookaround; use a negative match such as `!~`'
    >>> fault(r"[[:alpha:]]+\z")
    """
    import re2

    try:
        re2.compile(_bytes(pattern), _options())
    except re2.error as error:
        return _worded(error)
    only_cpp = _ONLY_CPP.search(pattern)
    return RegexFault("servers do not know it", only_cpp[1]) if only_cpp else None


def matches_whole(pattern: str, text: str) -> bool:
    """Return whether an anchored matcher takes ``text``; the pattern must be valid."""
    import re2

    return bool(re2.fullmatch(_bytes(f"(?s:{pattern})"), text.encode(), _options()))


def group_names(pattern: str) -> tuple[str, ...]:
    """Return the named groups of a valid pattern, in order."""
    import re2

    names: dict[bytes, int] = re2.compile(_bytes(pattern), _options()).groupindex
    return tuple(name.decode() for name in sorted(names, key=names.__getitem__))


def _bytes(pattern: str) -> bytes:
    return pattern.encode(errors="surrogateescape")


def _worded(error: Exception) -> RegexFault:
    said = error.args[0]
    said = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    kind, _, piece = said.partition(": ")
    if re.fullmatch(r"\\[1-9]", piece):
        return RegexFault("RE2 has no backreferences", piece)
    for start, advice in _ADVICE:
        if piece.startswith(start):
            return RegexFault(advice, piece)
    if kind in ("missing )", "missing ]", "unexpected )"):
        # RE2 names the whole pattern here, not a piece of it
        return RegexFault(_PLAIN[kind])
    return RegexFault(_PLAIN.get(kind, kind), piece)

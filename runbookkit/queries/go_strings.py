"""Strings as Go writes them, which PromQL, LogQL and TraceQL share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from runbookkit.errors import QuotingError

_ESCAPE: Final = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.)?)",
    re.DOTALL,
)
_SIMPLE: Final = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
}
_WRITTEN: Final = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_QUOTES: Final = frozenset("\"'`")


@dataclass(frozen=True, slots=True)
class GoString:
    """What a literal says; a bad escape stands at ``at`` .. ``end`` of the literal.

    Bytes that are no UTF-8 are surrogate escapes in ``value``.
    """

    value: str
    problem: str = ""
    at: int = 0
    end: int = 0


def unquote(literal: str) -> GoString:
    r"""Return what a whole literal, quotes included, stands for.

    >>> unquote(r'"a\x41\n"').value
    'aA\n'
    >>> unquote(r'"\d+"').problem
    '`\\d` is no escape in a string; write `\\\\d`, or put the string in backticks'
    """
    quote, body = literal[0], literal[1:-1]
    if quote == "`" or "\\" not in body:
        return GoString(body)
    value = bytearray()
    last = 0
    for escape in _ESCAPE.finditer(body):
        value += body[last : escape.start()].encode()
        decoded = _decoded(escape, quote)
        if decoded is None:
            return _refused(escape)
        value += decoded
        last = escape.end()
    value += body[last:].encode()
    return GoString(value.decode(errors="surrogateescape"))


def _decoded(escape: re.Match[str], quote: str) -> bytes | None:
    byte, octal, short, long, simple = escape.groups()
    if byte is not None:
        return bytes([int(byte, 16)])
    if octal is not None:
        number = int(octal, 8)
        return bytes([number]) if number <= 0xFF else None
    if short is not None or long is not None:
        point = int(short or long, 16)
        is_character = point <= 0x10FFFF and not 0xD800 <= point <= 0xDFFF
        return chr(point).encode() if is_character else None
    if simple == quote:
        return quote.encode()
    known = _SIMPLE.get(simple or "")
    return known.encode() if known is not None else None


def _refused(escape: re.Match[str]) -> GoString:
    text = escape[0]
    # the literal's opening quote stands before the body
    return GoString(
        "",
        f"`{text}` is no escape in a string; write `\\{text}`, "
        "or put the string in backticks",
        escape.start() + 1,
        escape.end() + 1,
    )


def quote(value: str) -> str:
    r"""Return text that stands for ``value`` inside a double-quoted string.

    Quotes of every kind become escapes, so that the text is harmless even where
    a query uses other quotes than expected.

    Raises:
        QuotingError: The value holds half of a surrogate pair.

    >>> quote('say "hi"\n')
    'say \\x22hi\\x22\\n'
    """
    return "".join(map(_written, value))


def _written(character: str) -> str:
    if character in _QUOTES:
        return f"\\x{ord(character):02x}"
    # U+FFFD is what servers read for bytes that are no UTF-8
    if character.isprintable() and character not in ("\\", "\ufffd"):
        return character
    point = ord(character)
    if 0xD800 <= point <= 0xDFFF:
        raise QuotingError(
            f"the value holds U+{point:04X}, half of a surrogate pair, "
            "which no query can carry; correct the value"
        )
    form = f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"
    return _WRITTEN.get(character, form)

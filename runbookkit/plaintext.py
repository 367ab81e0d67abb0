"""Text from outside as text: nothing in it steers what shows it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_KEPT: Final = frozenset("\n\t")
# they turn the order of what is shown around, or hide it
_TURNING: Final = frozenset("\u200b\u200e\u200f\u2060\ufeff").union(
    map(chr, range(0x202A, 0x202F)), map(chr, range(0x2066, 0x206A))
)
_NUL_IN_JSON: Final = re.compile(rb"\\(?:\\|u0000)")
_NOT_IN_NAMES: Final = re.compile(r"[^a-z0-9]+")
_NOT_IN_ADDRESSES: Final = re.compile(r"[\s<>|\"'`\\^{}]")


def plain(text: str) -> str:
    r"""Return text without signs that control what shows it; lines stay lines.

    >>> plain("a\x1b[2Jb\r\nc\u202ed")
    'a[2Jb\ncd'
    """
    return "".join(
        c if c in _KEPT or unicodedata.category(c) not in {"Cc", "Cs"} else ""
        for c in text
        if c not in _TURNING
    )


def without_nul(body: bytes) -> bytes:
    r"""Return JSON whose texts hold U+FFFD for U+0000, which no database column takes.

    >>> without_nul(rb'"a\u0000b \\\\u0000"')
    b'"a\\ufffdb \\\\\\\\u0000"'
    """
    if b"\\u0000" not in body:
        return body
    return _NUL_IN_JSON.sub(
        lambda found: b"\\ufffd" if found[0].endswith(b"0") else found[0], body
    )


def one_line(text: str) -> str:
    r"""Return text as one line, without signs that control what shows it.

    >>> one_line("a\n\tb")
    'a b'
    """
    return " ".join(plain(text).split())


def cut(text: str, limit: int) -> str:
    """Return at most ``limit`` characters, and a mark where something is missing.

    >>> cut("burnt", 4)
    'bur…'
    """
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def slug(text: str, limit: int) -> str:
    """Return small letters, digits and single hyphens, for names.

    >>> slug("Checkout: p99 > 2 s!", 12)
    'checkout-p99'
    """
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _NOT_IN_NAMES.sub("-", ascii_only.lower())[:limit].strip("-")


def web_address(text: str) -> str:
    """Return an address that may be made a link, or nothing.

    >>> web_address("https://grafana.example/d/1"), web_address("javascript:alert(1)")
    ('https://grafana.example/d/1', '')
    """
    is_web = text.startswith(("https://", "http://")) and len(text) <= 3000
    odd = _NOT_IN_ADDRESSES.search(text) or plain(text) != text
    return text if is_web and not odd else ""

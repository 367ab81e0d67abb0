"""Ids of traces and spans, which Tempo writes in three ways."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from runbookkit.queries.go_strings import unquote

_HEX: Final = re.compile(r"[0-9a-fA-F]{1,32}")
_ALONE: Final = re.compile(
    r"""\s*\{\s*trace:id\s*=\s*("(?:[^"\\\n]|\\.)*"|`[^`]*`)\s*\}\s*"""
)


def trace_id(text: str) -> str:
    """Return an id as logs and exemplars write it; empty when it is none.

    Search leaves out leading zeros, and some tools write dashes or capitals.

    >>> trace_id("F00-0a")
    '000000000000000000000000000f000a'
    >>> trace_id("xyz")
    ''
    """
    plain = text.strip().replace("-", "")
    return plain.lower().zfill(32) if _HEX.fullmatch(plain) else ""


def asked_id(query: str) -> str | None:
    """Return the id that a query asks for and nothing else; none for other queries.

    That is an id alone, or ``{ trace:id = "…" }``.
    """
    if _HEX.fullmatch(query.strip().replace("-", "")):
        return query.strip()
    found = _ALONE.fullmatch(query)
    return unquote(found[1]).value if found else None


def hexadecimal(told: str, digits: int) -> str:
    """Return an id of a trace's JSON, where it is base64, in hexadecimal digits.

    >>> hexadecimal("q6s=", 4), hexadecimal("ABAB", 4)
    ('abab', 'abab')
    """
    if len(told) == digits and _HEX.fullmatch(told):
        return told.lower()
    try:
        return base64.b64decode(told, validate=True).hex().zfill(digits)
    except binascii.Error as error:
        raise ValueError(told) from error

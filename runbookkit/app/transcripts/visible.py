"""Text from outside, made harmless: what it says is seen, what it does is not done."""

from __future__ import annotations

import re
from typing import Final

_UNSEEN: Final = (
    *(number for number in range(32) if chr(number) not in "\n\t"),
    *range(0x7F, 0xA0),
    *(0x61C, 0x200B, 0x200E, 0x200F, 0x2028, 0x2029, 0xFEFF),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xD800, 0xE000),
    *range(0xE0000, 0xE0080),
)
_SHOWN: Final = {number: f"⟨U+{number:04X}⟩" for number in _UNSEEN}
_MARKUP: Final = re.compile(r"([\\`*\[\]<>#!|~&$]|\b_|_\b|(?<!\w)_)")
_MENTION: Final = re.compile(r"@(?=\w)")
_LINE_START: Final = re.compile(r"^(\s*)([-=:]|\+|\d+(?=[.)](?:\s|$)))", re.MULTILINE)


def visible(text: object) -> str:
    """Return a text in which nothing hides: no escape sequence, no turned direction.

    >>> visible("a" + chr(27) + "[31mb")
    'a⟨U+001B⟩[31mb'
    """
    return str(text).replace("\r\n", "\n").translate(_SHOWN)


def inline(text: object) -> str:
    r"""Return a text as one line of markdown that shows it, and nobody is called.

    >>> inline("<!channel> *all*\n@ada | b")
    '\\<\\!channel\\> \\*all\\* @&#8203;ada \\| b'
    """
    line = " ".join(visible(text).split())
    escaped = _MARKUP.sub(r"\\\1", line).replace("://", ":&#8203;//")
    escaped = re.sub(r"(?i)www\.", "www&#8203;.", escaped)
    return _LINE_START.sub(r"\1&#8203;\2", _MENTION.sub("@&#8203;", escaped))


def fenced(text: object, language: str = "") -> str:
    """Return a text as a code block that it cannot leave."""
    shown = visible(text).rstrip("\n")
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * max(3, longest + 1)
    word = language if re.fullmatch(r"[a-z]+", language) else ""
    return f"{fence}{word}\n{shown}\n{fence}"

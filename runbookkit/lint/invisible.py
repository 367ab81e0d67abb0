"""Characters that a page does not show, told apart from those that scripts need."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["zero-width", "direction", "tag", "variation", "control", "space"]

_TAGS = "\U000e0001-\U000e007f"
_SUSPECT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_DIRECTION = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_MARKS = frozenset("\u061c\u200e\u200f")
_JOINERS = frozenset("\u200c\u200d")
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")
_FLAG_BASE = "\U0001f3f4"
# Scripts whose letters change shape where they join.
_JOINING = (
    "ARABIC", "SYRIAC", "MONGOLIAN", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI",
    "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "KHMER", "MYANMAR",
    "THAANA", "NKO", "TIBETAN",
)  # fmt: skip
_NAMES = {"\u00ad": "SOFT HYPHEN", "\ufeff": "BYTE ORDER MARK"}


@dataclass(frozen=True, slots=True)
class Invisible:
    """A run of invisible characters of one kind; offsets count from 0."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset behind the run."""
        return self.start + len(self.text)

    @property
    def name(self) -> str:
        """The first character's code point and name, and what a tag run spells."""
        first = self.text[0]
        name = f"U+{ord(first):04X} {_NAMES.get(first) or _unicode_name(first)}"
        if self.kind == "tag":
            spelt = "".join(chr(ord(each) & 0x7F) for each in self.text)
            return f"{name} (spelling {spelt!r})"
        more = len(self.text) - 1
        return f"{name} and {more} more" if more else name


def is_clean(text: str) -> bool:
    """Tell quickly whether a text holds no suspicious character at all."""
    if text.isascii() and text.replace("\t", " ").replace("\n", " ").isprintable():
        return True
    return _SUSPECT.search(text) is None


def invisible_in(line: str) -> Iterator[Invisible]:
    """Yield the invisible characters of a line that no script or emoji needs."""
    flags = (
        [match.span() for match in _FLAG.finditer(line)] if _FLAG_BASE in line else []
    )
    run: Invisible | None = None
    for match in _SUSPECT.finditer(line):
        at = match.start()
        if any(start <= at < end for start, end in flags) or _is_needed(line, at):
            continue
        kind = _kind(match[0])
        if run is not None and run.end == at and run.kind == kind:
            run = Invisible(kind, run.text + match[0], run.start)
            continue
        if run is not None:
            yield run
        run = Invisible(kind, match[0], at)
    if run is not None:
        yield run


def odd_spaces_in(text: str) -> Iterator[Invisible]:
    """Yield the spaces that are no space to a program."""
    for match in _SPACES.finditer(text):
        yield Invisible("space", match[0], match.start())


def _kind(letter: str) -> Kind:
    code = ord(letter)
    if letter in _DIRECTION:
        return "direction"
    if 0xE0000 <= code <= 0xE007F:
        return "tag"
    if 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
        return "variation"
    if unicodedata.category(letter) in {"Cc", "Zl", "Zp"}:
        return "control"
    return "zero-width"


def _is_needed(line: str, at: int) -> bool:
    """Tell whether an emoji or a script needs the character where it stands."""
    letter = line[at]
    before = line[at - 1] if at else ""
    after = line[at + 1 : at + 2]
    kind = _kind(letter)
    if kind == "variation":
        return _takes_variation(before, after)
    if letter in _JOINERS:
        return (_is_pictured(before) and _is_pictured(after)) or (
            _joins(before) and (_joins(after) or letter == "\u200c")
        )
    if letter in _MARKS:
        return any(unicodedata.bidirectional(each) in {"R", "AL"} for each in line)
    return False


def _takes_variation(before: str, after: str) -> bool:
    if before in set("#*0123456789"):
        return after == "\u20e3"  # a keycap
    if not before or before.isascii():
        return False
    # Symbols turn into emoji, ideographs into regional forms; letters do neither.
    category = unicodedata.category(before)
    return category[0] in "SP" or category in {"Lo", "Mn"}


def _is_pictured(letter: str) -> bool:
    return bool(letter) and (
        unicodedata.category(letter) in {"So", "Sk"} or letter in "\ufe0f\u2640\u2642"
    )


def _joins(letter: str) -> bool:
    return bool(letter) and _unicode_name(letter).startswith(_JOINING)


def _unicode_name(letter: str) -> str:
    return unicodedata.name(letter, "CONTROL CHARACTER")

"""Heading anchors, exactly as GitHub computes them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from html import unescape

_LINK = re.compile(
    r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\]]*\])"
)
_LITERAL = re.compile(r"\\([!-/:-@\[-`{-~])|(?<!`)(`+)(?!`)(?P<code>.+?)(?<!`)\2(?!`)")
_EMPHASIS = re.compile(
    r"(?P<stars>\*{1,3})(?=\S)(.+?)(?<=\S)(?P=stars)"
    r"|(?<!\w)(?P<lines>_{1,3})(?=\S)(.+?)(?<=\S)(?P=lines)(?!\w)"
)
_IMAGE = re.compile(r"!\[[^\[\]]*\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\]]*\])")
_AUTO = re.compile(
    r"<([a-zA-Z][a-zA-Z0-9+.-]{1,31}:[^<>\s\x00]*|[^<>\s@\x00]+@[^<>\s@\x00]+)>"
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?-->")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]*);")
_HELD = re.compile(r"\x00(\d+)\x00")
_EXPLICIT = re.compile(r"\s*\{#([\w.:-]+)\}\s*$")
_DROPPED = re.compile(r"[^\w\- ]", re.ASCII)
_MARKED = re.compile(r"[`\[*_<\\&]")
# Ruby's \p{Word}: letters, marks, decimal digits, connecting punctuation
_WORD = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nl", "Mn", "Mc", "Me", "Nd", "Pc"})


def plain_text(markdown: str) -> str:
    """Return what a page shows of one line of inline markdown.

    >>> plain_text("The `rate()` of [errors](x.md) is **high**")
    'The rate() of errors is high'
    """
    return _shown(markdown).strip()


def _shown(markdown: str) -> str:
    if not _MARKED.search(markdown):
        return markdown
    held: list[str] = []

    def hold(match: re.Match[str]) -> str:
        held.append(match[match.lastindex or 0].strip())
        return f"\x00{len(held) - 1}\x00"

    text = _LITERAL.sub(hold, markdown)
    text = _TAG.sub("", _AUTO.sub(hold, _LINK.sub(r"\1", text)))
    text = _EMPHASIS.sub(_inside, _EMPHASIS.sub(_inside, text))
    text = _ENTITY.sub(lambda match: unescape(match[0]), text)
    return _HELD.sub(lambda match: held[int(match[1])], text)


def _inside(match: re.Match[str]) -> str:
    return match[2] or match[4]


def anchor_text(markdown: str) -> str:
    """Return the words of a heading that its anchor is made of: images have none.

    >>> slug(anchor_text("![logo](logo.png) Loki"))
    '-loki'
    """
    # blanks beside an image or a comment stay, hence the dash in front
    return _shown(_IMAGE.sub("", markdown) if "![" in markdown else markdown)


def split_explicit(title: str) -> tuple[str, str]:
    """Split ``Title {#id}`` into title and id; the id is empty when none is given."""
    match = _EXPLICIT.search(title)
    return (title[: match.start()], match[1]) if match else (title, "")


def slug(title: str) -> str:
    """Return the anchor of a heading's plain text, before repeats are numbered.

    >>> slug("Did a deploy precede the spike?")
    'did-a-deploy-precede-the-spike'
    """
    text = title.lower()
    if text.isascii():
        return _DROPPED.sub("", text).replace(" ", "-")
    return "".join(
        "-" if each == " " else each for each in text if each in "- " or _is_word(each)
    )


def _is_word(character: str) -> bool:
    return unicodedata.category(character) in _WORD


class AnchorNames:
    """Hand out anchors, numbering repeats as GitHub does."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()
        self._taken: set[str] = set()

    def name(self, title: str) -> str:
        """Return the anchor of the next heading with this plain text."""
        base = slug(title)
        name = base
        while name in self._taken:
            self._seen[base] += 1
            name = f"{base}-{self._seen[base]}"
        self._taken.add(name)
        return name

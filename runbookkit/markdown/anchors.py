"""Heading anchors, exactly as GitHub computes them."""

from __future__ import annotations

import re
from collections import Counter

_LINK = re.compile(
    r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\]]*\])"
)
_CODE = re.compile(r"(`+)(.+?)(?<!`)\1(?!`)")
_EMPHASIS = re.compile(
    r"(\*{1,3}|(?<![\w])_{1,3})(?=\S)(.+?)(?<=\S)\1(?![\w]|(?<=_)\w)"
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_EXPLICIT = re.compile(r"\s*\{#([\w.:-]+)\}\s*$")
_DROPPED = re.compile(r"[^\w\- ]")


def plain_text(markdown: str) -> str:
    """Return what a page shows of one line of inline markdown.

    >>> plain_text("The `rate()` of [errors](x.md) is **high**")
    'The rate() of errors is high'
    """
    if not _MARKED.search(markdown):
        return markdown.strip()
    codes: list[str] = []

    def keep(match: re.Match[str]) -> str:
        codes.append(match[2].strip())
        return f"\x00{len(codes) - 1}\x00"

    text = _CODE.sub(keep, markdown)
    text = _LINK.sub(r"\1", text)
    text = _TAG.sub("", text)
    text = _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", text))
    text = _ESCAPE.sub(r"\1", text)
    text = re.sub(r"\x00(\d+)\x00", lambda match: codes[int(match[1])], text)
    return text.strip()


_MARKED = re.compile(r"[`\[*_<\\]")


def split_explicit(title: str) -> tuple[str, str]:
    """Split ``Title {#id}`` into title and id; the id is empty when none is given."""
    match = _EXPLICIT.search(title)
    return (title[: match.start()], match[1]) if match else (title, "")


def slug(title: str) -> str:
    """Return the anchor of a heading's plain text, before repeats are numbered.

    >>> slug("Did a deploy precede the spike?")
    'did-a-deploy-precede-the-spike'
    """
    return _DROPPED.sub("", title.strip().lower()).replace(" ", "-")


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

"""Generated blocks in a text that people write in.

A block stands between two comments and carries the digest of what was generated.
A block that nobody touched is made again; one that somebody changed is theirs,
and so is everything outside of blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

_BEGIN: Final = re.compile(
    r"<!-- generated: (?P<name>[a-z-]+) (?P<digest>[0-9a-f]{8}) -->"
)


@dataclass(frozen=True, slots=True)
class Merged:
    """A text with its blocks made again."""

    text: str
    edited: tuple[str, ...] = ()
    """Blocks that people changed, and that were left as they are."""
    missing: tuple[str, ...] = ()
    """Blocks that the text holds no longer."""


def block(name: str, content: str) -> str:
    """Return a generated block; ``content`` is markdown."""
    body = content.strip("\n")
    return f"<!-- generated: {name} {_digest(body)} -->\n\n{body}\n\n{_end(name)}"


def merged(text: str, contents: Mapping[str, str]) -> Merged:
    """Return a text whose untouched blocks hold new contents."""
    lines = text.split("\n")
    whole: list[str] = []
    edited: list[str] = []
    seen: set[str] = set()
    at = 0
    for begin, end, name in _blocks(lines):
        if name in seen or name not in contents:
            continue
        seen.add(name)
        whole += lines[at:begin]
        if _untouched(lines[begin : end + 1]):
            whole += block(name, contents[name]).split("\n")
        else:
            whole += lines[begin : end + 1]
            edited.append(name)
        at = end + 1
    whole += lines[at:]
    missing = tuple(name for name in contents if name not in seen)
    return Merged("\n".join(whole), tuple(edited), missing)


def _blocks(lines: list[str]) -> Iterator[tuple[int, int, str]]:
    """Yield first line, last line and name of each block that is closed."""
    opened: tuple[int, str] | None = None
    for number, line in enumerate(lines):
        match = _BEGIN.fullmatch(line.strip())
        if match is not None:
            opened = (number, match["name"])
        elif opened is not None and line.strip() == _end(opened[1]):
            yield opened[0], number, opened[1]
            opened = None


def _untouched(lines: list[str]) -> bool:
    match = _BEGIN.fullmatch(lines[0].strip())
    body = "\n".join(lines[1:-1]).strip("\n")
    return match is not None and match["digest"] == _digest(body)


def _end(name: str) -> str:
    return f"<!-- end: {name} -->"


def _digest(body: str) -> str:
    """Return what names a content; editors that strip spaces do not change it."""
    bare = "\n".join(line.rstrip() for line in body.split("\n"))
    return sha256(bare.encode(errors="surrogatepass")).hexdigest()[:8]

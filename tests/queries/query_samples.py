"""Queries of the sample files, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_FOLDER = Path(__file__).parent / "samples"


class Refused(NamedTuple):
    """A query, the part that is wrong with it, and a piece of the message."""

    query: str
    start: int
    end: int
    message: str


class Outdated(NamedTuple):
    """A query that servers up to a version refuse and newer ones accept."""

    version: str
    refused: Refused


def valid(language: str) -> list[str]:
    return list(_lines(f"{language}.valid.txt"))


def invalid(language: str) -> list[Refused]:
    return [_refused(line) for line in _lines(f"{language}.invalid.txt")]


def outdated(language: str) -> list[Outdated]:
    found = []
    for line in _lines(f"{language}.versions.txt"):
        version, _, rest = line.partition(" | ")
        found.append(Outdated(version, _refused(rest)))
    return found


def _lines(name: str) -> Iterator[str]:
    for line in (_FOLDER / name).read_text("utf-8").splitlines():
        if line and not line.startswith("# "):
            yield line


def _refused(line: str) -> Refused:
    marked, _, message = line.rpartition(" => ")
    start, end = marked.index("«"), marked.index("»") - 1
    return Refused(marked.replace("«", "").replace("»", ""), start, end, message)

"""An answer as it is kept, as tables and texts of a size that people read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from runbookkit.execute.curves import labels_of
from runbookkit.execute.judge import shown

ROWS: Final = 20
_COLUMNS: Final = 6
_LINES: Final = 60
_LONGEST: Final = 400
"""Characters of a cell or a line."""


@dataclass(frozen=True, slots=True)
class EvidenceTable:
    """Rows under heads; ``more`` rows are not shown."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class EvidenceText:
    """A text under its name; ``more`` lines are not shown."""

    title: str
    text: str
    more: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an answer holds."""

    facts: tuple[tuple[str, str], ...]
    tables: tuple[EvidenceTable, ...]
    texts: tuple[EvidenceText, ...]


def evidence_parts(answer: Mapping[str, Any]) -> Evidence:
    """Return what an answer holds, bounded; the log has the whole of it."""
    names: Mapping[str, Any] = answer.get("names", {})
    return Evidence(tuple(_facts(names)), tuple(_tables(names)), tuple(_texts(names)))


def _facts(names: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in names.items():
        if value is None or isinstance(value, (bool, int, float)):
            yield name, shown(value)


def _tables(names: Mapping[str, Any]) -> Iterator[EvidenceTable]:
    for name, value in names.items():
        if not _is_table(value):
            continue
        if name == "series":
            yield _series(value)
            continue
        heads = tuple(dict.fromkeys(key for row in value[:ROWS] for key in row))
        heads = heads[:_COLUMNS]
        rows = tuple(tuple(_cell(row.get(key, "")) for key in heads) for row in value)
        yield EvidenceTable(name, heads, rows[:ROWS], max(0, len(rows) - ROWS))


def _series(series: Sequence[Mapping[str, Any]]) -> EvidenceTable:
    keys = ("min", "max", "avg", "last") if "last" in series[0] else ("value",)
    rows = tuple(
        (_cut(labels_of(each)), *(_cell(each.get(key, "")) for key in keys))
        for each in series[:ROWS]
    )
    more = max(0, len(series) - ROWS)
    return EvidenceTable("series", ("labels", *keys), rows, more)


def _texts(names: Mapping[str, Any]) -> Iterator[EvidenceText]:
    for name, value in names.items():
        if isinstance(value, str):
            if value.strip():
                yield _text(name, value)
        elif value and isinstance(value, (dict, list)) and not _is_table(value):
            yield _text(name, json.dumps(value, indent=2, ensure_ascii=False))


def _text(name: str, text: str) -> EvidenceText:
    lines = text.rstrip().splitlines()
    kept = "\n".join(_cut(line) for line in lines[:_LINES])
    return EvidenceText(name, kept, max(0, len(lines) - _LINES))


def _is_table(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(row, dict) and row for row in value)
    )


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return _cut(value)
    if value is None or isinstance(value, (bool, int, float)):
        return shown(value)
    return _cut(json.dumps(value, ensure_ascii=False))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

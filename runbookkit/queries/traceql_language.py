"""How TraceQL takes part: its fences and tools, its check and how it quotes."""

from __future__ import annotations

from typing import Final

from runbookkit.queries.language import Checked, Language


def _check(query: str, version: str) -> Checked:
    from runbookkit.queries.traceql import check_traceql

    return check_traceql(query, version)


def _quote(value: str) -> str:
    from runbookkit.queries.go_strings import quote

    return quote(value)


LANGUAGE: Final = Language(
    name="traceql",
    fences=("traceql",),
    tools=("Tempo",),
    reads=True,
    check=_check,
    quote=_quote,
    server="tempo",
    clauses=("window", "step", "limit", "timeout", "poll"),
)

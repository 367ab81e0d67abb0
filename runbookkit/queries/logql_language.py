"""How LogQL takes part: its fences and tools, its check and how it quotes."""

from __future__ import annotations

from typing import Final

from runbookkit.queries.language import Checked, Language


def _check(query: str, version: str) -> Checked:
    from runbookkit.queries.logql import check_logql

    return check_logql(query, version)


def _quote(value: str) -> str:
    from runbookkit.queries.go_strings import quote

    return quote(value)


LANGUAGE: Final = Language(
    name="logql",
    fences=("logql",),
    tools=("Loki",),
    reads=True,
    check=_check,
    quote=_quote,
    server="loki",
    clauses=("window", "at", "step", "limit", "timeout", "poll"),
)

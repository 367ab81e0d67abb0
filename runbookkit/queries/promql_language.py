"""How PromQL takes part: its fences and tools, its check and how it quotes."""

from __future__ import annotations

from typing import Final

from runbookkit.queries.language import Checked, Language


def _check(query: str, version: str) -> Checked:
    from runbookkit.queries.promql import check_promql

    return check_promql(query, version)


def _quote(value: str) -> str:
    from runbookkit.queries.go_strings import quote

    return quote(value)


LANGUAGE: Final = Language(
    name="promql",
    fences=("promql",),
    tools=("Prometheus", "Mimir", "Thanos", "VictoriaMetrics"),
    reads=True,
    check=_check,
    quote=_quote,
    server="prometheus",
    clauses=("window", "at", "step", "limit", "timeout", "poll"),
)

"""How Jaeger's search form takes part: its fences and tools, its check, its quotes."""

from __future__ import annotations

from typing import Final

from runbookkit.queries.language import Checked, Language


def _check(query: str, version: str) -> Checked:  # noqa: ARG001  all take the same
    from runbookkit.queries.jaeger import check_jaeger

    return check_jaeger(query)


def _quote(value: str) -> str:
    from runbookkit.queries.go_strings import quote

    return quote(value)


LANGUAGE: Final = Language(
    name="jaeger",
    fences=("jaeger",),
    tools=("Jaeger", "VictoriaTraces"),
    reads=True,
    check=_check,
    quote=_quote,
    server="jaeger",
    clauses=("window", "limit", "timeout", "poll"),
)

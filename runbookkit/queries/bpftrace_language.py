"""How bpftrace takes part: its fences and tools, its check and how it quotes."""

from __future__ import annotations

from typing import Final

from runbookkit.queries.language import Checked, Language


def _check(query: str, version: str) -> Checked:
    from runbookkit.queries.bpftrace import check_bpftrace

    return check_bpftrace(query, version)


def _quote(value: str) -> str:
    from runbookkit.queries.bpftrace import bpftrace_string

    return bpftrace_string(value)


LANGUAGE: Final = Language(
    name="bpftrace",
    fences=("bpftrace",),
    tools=("bpftrace",),
    reads=True,
    check=_check,
    quote=_quote,
    clauses=("run_time", "host", "timeout", "poll"),
)

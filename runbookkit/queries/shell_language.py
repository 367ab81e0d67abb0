"""How shell takes part: its fences and tools, its check and how it quotes."""

from __future__ import annotations

from typing import Final

from runbookkit.queries.language import Checked, Language


def _check(query: str, version: str) -> Checked:
    from runbookkit.queries.shell import check_shell

    return check_shell(query, version)


def _quote(value: str) -> str:
    from runbookkit.queries.shell_quoting import shell_word

    return shell_word(value)


LANGUAGE: Final = Language(
    name="shell",
    fences=("bash", "sh", "shell"),
    tools=("a shell", "shell"),
    reads=False,
    check=_check,
    quote=_quote,
    clauses=("timeout", "host", "poll"),
)

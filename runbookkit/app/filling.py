"""A runbook's prose with values in place of its names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from runbookkit.errors import RunbookkitError
from runbookkit.execute.judge import shown
from runbookkit.queries.quoting import render

if TYPE_CHECKING:
    from markdown_it.token import Token


def fill(tokens: Iterable[Token], names: Mapping[str, Any]) -> None:
    """Put every known ``{{ name }}`` into markdown that was parsed before.

    So no value becomes markup; whoever writes the tokens out escapes them.
    """
    rounded = {
        name: shown(value) if isinstance(value, float) else value
        for name, value in names.items()
    }
    _fill(tokens, rounded)


def _fill(tokens: Iterable[Token], names: Mapping[str, Any]) -> None:
    for token in tokens:
        if token.children:
            _fill(token.children, names)
        elif "{{" in token.content:
            token.content = _filled(token.content, names)


def _filled(text: str, names: Mapping[str, Any]) -> str:
    try:
        return render(text, "text", names)
    except RunbookkitError:
        return text  # a value that is not known yet stays a name

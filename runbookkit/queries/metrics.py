"""Which metrics a query selects, whatever its placeholders stand for."""

from __future__ import annotations

import re

from runbookkit.queries.registry import language_of

_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}|<[A-Za-z][\w .-]*>|\$\{?[A-Za-z_]\w*\}?")


def metrics_of(language: str, query: str) -> tuple[str, ...]:
    """Return metric names in order of appearance; nothing when it does not parse."""
    found = language_of(language)
    if found is None:
        return ()
    text = _PLACEHOLDER.sub(lambda match: "x" * len(match[0]), query)
    return tuple(dict.fromkeys(found.check(text, "").metrics))

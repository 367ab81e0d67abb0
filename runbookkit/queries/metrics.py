"""Which metrics a query selects, whatever its placeholders stand for."""

from __future__ import annotations

import re

from runbookkit.queries.registry import language_of

_SAMPLE = "zzplaceholderzz"
_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}|<[A-Za-z][\w .-]*>|\$\{?[A-Za-z_]\w*\}?")


def metrics_of(language: str, query: str) -> tuple[str, ...]:
    """Return metric names in order of appearance; nothing when it does not parse.

    A name that a placeholder stands for, or takes part in, is not known yet.

    >>> metrics_of("promql", 'sum(up) / count({__name__="{{ metric }}"})')
    ('up',)
    """
    found = language_of(language)
    if found is None:
        return ()
    text = _PLACEHOLDER.sub(_SAMPLE, query)
    names = found.check(text, "").metrics
    return tuple(dict.fromkeys(name for name in names if _SAMPLE not in name))

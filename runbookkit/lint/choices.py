"""The words that a template allows for a key, as its own text lists them."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_RANGE: Final = re.compile(r"^`([a-zA-Z-]*)(\d+)` to `\1(\d+)`")
_LIST: Final = re.compile(r"^`[^`]+`(?:, `[^`]+`)*,? or `[^`]+`")
_WORD: Final = re.compile(r"`([^`]+)`")


@cache
def choices(meaning: str) -> tuple[str, ...]:
    """Return the words that the meaning of a key begins with; none when it is free.

    >>> choices("`draft`, `in-review` or `closed`")
    ('draft', 'in-review', 'closed')
    >>> choices("`sev1` to `sev4`, as declared when the incident ended")
    ('sev1', 'sev2', 'sev3', 'sev4')
    """
    if span := _RANGE.match(meaning):
        first, last = int(span[2]), int(span[3])
        return tuple(f"{span[1]}{number}" for number in range(first, last + 1))
    listed = _LIST.match(meaning)
    return tuple(_WORD.findall(listed[0])) if listed else ()

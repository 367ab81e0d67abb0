"""Match values against the patterns that authors write, without hanging."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import Final

_NESTED: Final = re.compile(r"\((?:[^()\\]|\\.)*(?<!\\)[+*](?:[^()\\]|\\.)*\)[+*{]")
_SHORT: Final = 20
"""Up to this length even a repeated repetition is matched in no time."""


def is_slow(pattern: str, value: str) -> bool:
    """Tell whether matching may take for ever: a repetition is itself repeated.

    >>> is_slow("(a+)+", "a" * 40), is_slow("(a+)+", "aaa"), is_slow("a+", "a" * 40)
    (True, False, False)
    """
    return len(value) > _SHORT and _NESTED.search(pattern) is not None


def fits(pattern: str, value: str) -> bool:
    """Tell whether a whole value matches; what cannot be told counts as fitting."""
    if not pattern or is_slow(pattern, value):
        return True
    found = compiled(pattern)
    return isinstance(found, str) or found.fullmatch(value) is not None


@lru_cache(maxsize=64)
def compiled(pattern: str) -> re.Pattern[str] | str:
    """Return a regular expression, or why it is none.

    >>> compiled("[a-")
    'unterminated character set'
    """
    try:
        with warnings.catch_warnings():
            # Python warns of sets that it may read otherwise one day.
            warnings.simplefilter("ignore", FutureWarning)
            return re.compile(pattern)
    except re.error as error:
        return error.msg
    except (OverflowError, RecursionError):
        return "it is too large"

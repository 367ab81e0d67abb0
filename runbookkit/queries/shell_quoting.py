"""Quote a value for the place in shell text where it lands."""

from __future__ import annotations

import shlex

from runbookkit.queries.values import without_controls


def shell_word(value: str) -> str:
    """Return a value as one shell word, or as a part of one.

    Raises:
        UnsafeValueError: the value holds a control character.

    >>> print(shell_word("a b"))
    'a b'
    """
    return shlex.quote(without_controls(value))

"""Values that a program is given, and what makes one unfit for every program."""

from __future__ import annotations

import re
from typing import Final

from runbookkit.errors import RunbookkitError

_CONTROLS: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


class UnsafeValueError(RunbookkitError):
    """A value cannot stand where a program wants it without changing the program."""


def shown(value: str) -> str:
    """Return a value as a message quotes it, cut when it is long."""
    return repr(value if len(value) <= 60 else f"{value[:57]}…")


def without_controls(value: str) -> str:
    r"""Return a value that holds no character that hides or rewrites what is shown.

    Newlines and tabs are fine. Whoever approves a program must see what runs.

    Raises:
        UnsafeValueError: the value holds a control character.

    >>> without_controls("a\tb")
    'a\tb'
    """
    found = _CONTROLS.search(value)
    if found is not None:
        raise UnsafeValueError(
            f"the value {shown(value)} holds the control character "
            f"U+{ord(found[0]):04X}; take it out"
        )
    return value

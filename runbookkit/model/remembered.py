"""Remember what was worked out for an object, for as long as it is in use."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Final, TypeVar

Value = TypeVar("Value")
Answer = TypeVar("Answer")

_KEPT: Final = 8


def remembered(function: Callable[[Value], Answer]) -> Callable[[Value], Answer]:
    """Let a pure function of a frozen object work once for each of the last few.

    The object is told from others by identity: comparing a whole runbook would
    cost more than most answers. The answer is kept together with its object,
    so an identity is never one of an object that is gone.

    >>> remembered(len)((1, 2))
    2
    """
    kept: dict[int, tuple[Value, Answer]] = {}

    @wraps(function)
    def of_object(value: Value) -> Answer:
        known = kept.get(id(value))
        if known is not None:
            return known[1]
        answer = function(value)
        if len(kept) >= _KEPT:
            kept.pop(next(iter(tuple(kept))), None)  # another thread may be faster
        kept[id(value)] = (value, answer)
        return answer

    return of_object

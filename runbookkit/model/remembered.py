"""Remember what was worked out for an object, for as long as it is in use."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Generic, TypeVar

Value = TypeVar("Value")
Answer = TypeVar("Answer")


class _Same(Generic[Value]):
    """Equal to itself only, so that large data need not be hashed."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.value is self.value


def remembered(function: Callable[[Value], Answer]) -> Callable[[Value], Answer]:
    """Let a pure function of a frozen object work once for each of the last few.

    The object is told from others by identity: comparing a whole runbook would
    cost more than most answers. The answer is kept together with its object,
    so an identity is never one of an object that is gone.

    >>> remembered(len)((1, 2))
    2
    """

    @lru_cache(maxsize=8)
    def answer(same: _Same[Value]) -> Answer:
        return function(same.value)

    @wraps(function)
    def of_object(value: Value) -> Answer:
        return answer(_Same(value))

    return of_object

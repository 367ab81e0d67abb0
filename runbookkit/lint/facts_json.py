"""What one file yields, as JSON text that a cache can keep.

Written as bare lists in the order of the fields. Reading trusts nothing: every
value is checked against the type of its field.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from runbookkit.lint.engine import FileResult

Read = Callable[[Any], Any]


def encode(result: FileResult) -> str:
    """Return a file's result as compact JSON."""
    return json.dumps(result, default=_plain, separators=(",", ":"))


def decode(text: str) -> FileResult:
    """Return what :func:`encode` was given.

    Raises:
        ValueError: The text is not what :func:`encode` writes.
    """
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    result: FileResult = _reader(FileResult)(value)
    return result


def _plain(value: Any) -> Any:
    kind = type(value)
    if is_dataclass(kind):
        return _values_of(kind)(value)
    if kind is date:
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no JSON for {kind.__name__}")


@cache
def _values_of(kind: Any) -> Callable[[Any], tuple[Any, ...]]:
    names = [field.name for field in fields(kind)]
    if len(names) == 1:
        one = attrgetter(names[0])
        return lambda value: (one(value),)
    return attrgetter(*names)


@cache
def _reader(kind: Any) -> Read:
    """Return a function that checks and builds values of one type."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if is_dataclass(kind):
        return _dataclass(kind)
    make = _GENERIC.get(get_origin(kind))
    if make is None:
        raise TypeError(f"no reader for {kind}")
    return make(kind)


def _dataclass(kind: Any) -> Read:
    hints = get_type_hints(kind)
    readers = tuple(_reader(hints[field.name]) for field in fields(kind))
    size = len(readers)

    def read(value: Any) -> Any:
        if type(value) is not list or len(value) != size:
            raise ValueError(f"no {kind.__name__}: {value!r:.80}")
        return kind(*[one(item) for one, item in zip(readers, value, strict=True)])

    return read


def _exactly(kind: type) -> Read:
    def read(value: Any) -> Any:
        # not isinstance: True is no number
        if type(value) is not kind:
            raise ValueError(f"no {kind.__name__}: {value!r:.80}")
        return value

    return read


def _number(value: Any) -> float:
    if type(value) is float:
        return value
    if type(value) is not int:
        raise ValueError(f"no float: {value!r:.80}")
    try:
        return float(value)
    except OverflowError:
        raise ValueError("a number beyond all bounds") from None


def _day(value: Any) -> date:
    if type(value) is not str:
        raise ValueError(f"no date: {value!r:.80}")
    return date.fromisoformat(value)


def _many(kind: Any) -> Read:
    one, rest = get_args(kind)
    if rest is not ...:
        raise TypeError(f"no reader for {kind}")
    read_one = _reader(one)

    def read(value: Any) -> Any:
        if type(value) is not list:
            raise ValueError(f"no list: {value!r:.80}")
        return tuple([read_one(item) for item in value]) if value else ()

    return read


def _one_of(kind: Any) -> Read:
    allowed = frozenset(get_args(kind))

    def read(value: Any) -> Any:
        if type(value) is not str or value not in allowed:
            raise ValueError(f"none of {sorted(allowed)}: {value!r:.80}")
        return value

    return read


def _optional(kind: Any) -> Read:
    kinds = [each for each in get_args(kind) if each is not NoneType]
    if len(kinds) != 1:
        raise TypeError(f"no reader for {kind}")
    read_some = _reader(kinds[0])
    return lambda value: None if value is None else read_some(value)


def _mapping(kind: Any) -> Read:
    key, one = get_args(kind)
    if key is not str:
        raise TypeError(f"no reader for {kind}")
    read_one = _reader(one)

    def read(value: Any) -> Any:
        if type(value) is not dict:
            raise ValueError(f"no object: {value!r:.80}")
        return {name: read_one(item) for name, item in value.items()}

    return read


_PLAIN: dict[Any, Read] = {
    str: _exactly(str),
    int: _exactly(int),
    bool: _exactly(bool),
    float: _number,
    date: _day,
}
_GENERIC: dict[Any, Callable[[Any], Read]] = {
    tuple: _many,
    Literal: _one_of,
    Mapping: _mapping,
    Union: _optional,
    UnionType: _optional,
}

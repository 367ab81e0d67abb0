"""Values that a program is given, and what makes one unfit for every program."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from runbookkit.errors import QuotingError, RunbookkitError
from runbookkit.queries.placeholders import FILTERS, Placeholder

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

_CONTROLS: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_PLAIN: Final = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")
_WHOLE: Final = 1e15  # above, a floating point number may not be a whole one


class UnsafeValueError(QuotingError):
    """A value cannot stand where a program wants it without changing the program."""


class MissingValueError(RunbookkitError):
    """A placeholder's name has no value, or none that its filters can take."""


def shown(value: str) -> str:
    """Return a value as a message quotes it, cut when it is long."""
    return repr(value if len(value) <= 60 else f"{value[:57]}…")


def is_plain(value: str) -> bool:
    """Return whether a value means nothing but itself in any shell and most code.

    >>> is_plain("web-1.example:80"), is_plain("a b"), is_plain("$(id)")
    (True, False, False)
    """
    return _PLAIN.fullmatch(value) is not None


def after_backslash(text: str, place: int) -> bool:
    r"""Return whether a backslash takes the meaning of what stands at a place.

    >>> after_backslash(r"a\b", 2), after_backslash(r"a\\b", 3)
    (True, False)
    """
    before = text[:place]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def without_controls(value: str) -> str:
    r"""Return a value that holds no character that hides or rewrites what is shown.

    Newlines and tabs are fine. Whoever approves a program must see what runs.

    Raises:
        UnsafeValueError: The value holds a control character.

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


def value_of(placeholder: Placeholder, values: Mapping[str, Any]) -> str:
    """Return the text that a placeholder stands for, its filters applied.

    ``labels.x`` is looked up as it is, and else inside ``labels``.

    Raises:
        MissingValueError: There is no such value, or it is no text or number.
    """
    value = _found(placeholder.name, values)
    if placeholder.filters or value is _NOTHING:
        value = _filtered(placeholder, value)
    return _text(placeholder, value)


_NOTHING: Final = object()


def _found(name: str, values: Mapping[str, Any]) -> Any:
    if name in values:
        return values[name]
    outer, dot, inner = name.partition(".")
    group = values.get(outer)
    if dot and isinstance(group, Mapping) and inner in group:
        return group[inner]
    return _NOTHING


def _filtered(placeholder: Placeholder, value: Any) -> Any:
    import jinja2

    environment = _environment()
    # The value goes by a name of ours: an expression never reaches into it.
    steps = "".join(f" | {each.name}{each.arguments}" for each in placeholder.filters)
    given = environment.undefined(name=placeholder.name)
    try:
        evaluate = environment.compile_expression(
            f"given{steps}", undefined_to_none=False
        )
        result = evaluate(given=given if value is _NOTHING else value)
        if isinstance(result, jinja2.Undefined):
            raise MissingValueError(f"there is no value for {placeholder.name!r}")
    except jinja2.UndefinedError as error:
        message = f"there is no value for {placeholder.name!r}"
        raise MissingValueError(message) from error
    except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError) as error:
        raise MissingValueError(
            f"`{placeholder.expression}` cannot be worked out: {error}"
        ) from error
    return result


@cache
def _environment() -> SandboxedEnvironment:
    import jinja2
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(undefined=jinja2.StrictUndefined)
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    environment.globals = {}
    environment.tests = {}
    return environment


def _text(placeholder: Placeholder, value: Any) -> str:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return (
            str(int(value)) if abs(value) < _WHOLE and value % 1 == 0 else repr(value)
        )
    kind = "nothing" if value is None else type(value).__name__
    hint = ""
    if isinstance(value, Sequence):
        kind, hint = "a list", f"; write {{{{ {placeholder.name} | join(' ') }}}}"
    raise MissingValueError(f"{placeholder.name!r} is {kind}, not a text{hint}")

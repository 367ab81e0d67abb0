"""Find the outputs of a lint run: every module of ``lint/reports`` is one."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from typing import Protocol, cast

from runbookkit.errors import UsageError
from runbookkit.lint import reports
from runbookkit.lint.report import Report, Style


class Format(Protocol):
    """What a module of ``lint/reports`` offers.

    One whose output may be too large to hold also offers ``stream``, with the
    arguments of ``render``, which yields the text in pieces.
    """

    NAME: str

    def render(self, report: Report, style: Style) -> str:
        """Return the whole output."""


def format_names() -> tuple[str, ...]:
    """Return the names of all outputs, sorted; imports none of them."""
    return tuple(sorted(each.name for each in pkgutil.iter_modules(reports.__path__)))


def format_of(name: str) -> Format:
    """Return the output with a name.

    Raises:
        UsageError: There is none.
    """
    names = format_names()
    if name not in names:
        raise UsageError(f"there is no output {name!r}; choose from {', '.join(names)}")
    return cast("Format", importlib.import_module(f"{reports.__name__}.{name}"))


def rendered(name: str, report: Report, style: Style) -> Iterator[str]:
    """Yield an output in pieces.

    Raises:
        UsageError: There is no output of that name.
    """
    chosen = format_of(name)
    stream = cast(
        "Callable[[Report, Style], Iterator[str]] | None",
        getattr(chosen, "stream", None),
    )
    return stream(report, style) if stream else iter((chosen.render(report, style),))

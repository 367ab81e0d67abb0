"""Operators that change a file and leave it as good as it was."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from seeded import benign
from seeded.page import Page
from seeded.planting import Kind

Ways = Callable[[Page], Iterator[Mapping[str, str]]]


@dataclass(frozen=True)
class Edit:
    """Yields every way to make one harmless change; each is some changed files."""

    name: str
    kinds: tuple[Kind, ...]
    ways: Ways


def harmless(*kinds: Kind) -> Callable[[Ways], Edit]:
    """Make an operator of a harmless change; to runbooks unless told otherwise."""

    def wrap(ways: Ways) -> Edit:
        return Edit(ways.__name__.replace("_", "-"), kinds or ("runbook",), ways)

    return wrap


@cache
def all_edits() -> tuple[Edit, ...]:
    """Return every operator, sorted by name."""
    found: list[Edit] = []
    for module in pkgutil.iter_modules(benign.__path__):
        loaded = importlib.import_module(f"{benign.__name__}.{module.name}")
        found += [each for each in vars(loaded).values() if isinstance(each, Edit)]
    return tuple(sorted(found, key=lambda each: each.name))

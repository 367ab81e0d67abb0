"""Operators that plant a defect: found by folder, named by what they do."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from runbookkit.lint.registry import rule_of
from runbookkit.lint.rule import Rule
from seeded import operators
from seeded.page import Page, Planted

Kind = Literal["runbook", "postmortem", "rules", "page"]
_KINDS: dict[str, Kind] = {"RB": "runbook", "PM": "postmortem", "AL": "rules"}


@dataclass(frozen=True)
class World:
    """What the handbook is linted with."""

    online: bool = False
    """Whether servers answer that know all its metrics."""
    known: str = ""
    """Files below this folder are known, not linted."""


HERE = World()


@dataclass(frozen=True)
class Operator:
    """Yields every way to plant one defect in a page."""

    name: str
    code: str
    kinds: tuple[Kind, ...]
    world: World
    ways: Callable[[Page], Iterator[Planted]]

    @property
    def rule(self) -> Rule:
        return rule_of(self.code)


def plants(
    code: str, *, on: tuple[Kind, ...] = (), world: World = HERE
) -> Callable[[Callable[[Page], Iterator[Planted]]], Operator]:
    """Make an operator whose defect a rule has to find."""

    def wrap(ways: Callable[[Page], Iterator[Planted]]) -> Operator:
        name = ways.__name__.replace("_", "-")
        return Operator(name, code, on or (_KINDS[code[:2]],), world, ways)

    return wrap


@cache
def all_operators() -> tuple[Operator, ...]:
    """Return every operator, sorted by code and name."""
    found: list[Operator] = []
    for module in pkgutil.iter_modules(operators.__path__):
        loaded = importlib.import_module(f"{operators.__name__}.{module.name}")
        found += [each for each in vars(loaded).values() if isinstance(each, Operator)]
    return tuple(sorted(found, key=lambda each: (each.code, each.name)))

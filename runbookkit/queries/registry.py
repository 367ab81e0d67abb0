"""Find the languages: every module of this package that is named ``<name>_language``."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import cast

from runbookkit import queries
from runbookkit.queries.language import Language


@cache
def languages() -> tuple[Language, ...]:
    """Return all languages, sorted by name; what checks them is not loaded yet."""
    found = [
        importlib.import_module(f"{queries.__name__}.{module.name}").LANGUAGE
        for module in pkgutil.iter_modules(queries.__path__)
        if module.name.endswith("_language")
    ]
    return tuple(sorted(cast("list[Language]", found), key=lambda each: each.name))


def language_of(fence: str) -> Language | None:
    """Return the language that a fence's info word names, if any."""
    return _by_fence().get(fence.lower())


@cache
def _by_fence() -> dict[str, Language]:
    return {fence: each for each in languages() for fence in each.fences}


@cache
def fence_names() -> frozenset[str]:
    """Return the fence languages that make a block an action."""
    return frozenset(fence for each in languages() for fence in each.fences)

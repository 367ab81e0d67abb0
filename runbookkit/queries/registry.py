"""Find the languages: every module of this package that defines ``LANGUAGE``."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from runbookkit import queries
from runbookkit.queries.language import Language


@cache
def languages() -> tuple[Language, ...]:
    """Return all languages, sorted by name."""
    found: list[Language] = []
    for module in pkgutil.iter_modules(queries.__path__):
        language = getattr(
            importlib.import_module(f"{queries.__name__}.{module.name}"),
            "LANGUAGE",
            None,
        )
        if isinstance(language, Language):
            found.append(language)
    return tuple(sorted(found, key=lambda language: language.name))


def language_of(fence: str) -> Language | None:
    """Return the language that a fence's info word names, if any."""
    return next((each for each in languages() if fence.lower() in each.fences), None)


@cache
def fence_names() -> frozenset[str]:
    """Return the fence languages that make a block an action."""
    return frozenset(fence for each in languages() for fence in each.fences)

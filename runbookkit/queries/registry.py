"""Find the languages: every module of this package that is named ``<name>_language``.

Other packages offer theirs under the entry point group ``runbookkit.languages``.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from typing import Final, cast

from runbookkit import queries
from runbookkit.discovery import module_with, with_offered
from runbookkit.queries.language import Language

_SUFFIX: Final = "_language"
_GROUP: Final = "runbookkit.languages"


@cache
def languages() -> tuple[Language, ...]:
    """Return all languages, sorted by name; what checks them is not loaded yet.

    Raises:
        ConfigError: Another package's cannot be used.
    """
    own = {
        module.name.removesuffix(_SUFFIX): f"{queries.__name__}.{module.name}"
        for module in pkgutil.iter_modules(queries.__path__)
        if module.name.endswith(_SUFFIX)
    }
    found = [
        module_with(name, ("LANGUAGE",)).LANGUAGE
        for name in with_offered(_GROUP, own).values()
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

"""Find the members of a family by name, and import one only when it is wanted.

A family's members are the modules of its package, and what other packages offer
under the entry point group of the same name, such as ``runbookkit.backends``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import metadata
from types import ModuleType

from runbookkit.errors import ConfigError


@cache
def members(family: str) -> Mapping[str, str]:
    """Return the names of a family's members, sorted, and the module of each.

    Nothing is imported but the family's package, which holds no member's code.

    Raises:
        ConfigError: Another package claims a name that is taken.
    """
    package = importlib.import_module(family)
    found = {
        module.name: f"{family}.{module.name}"
        for module in pkgutil.iter_modules(package.__path__)
        if not module.name.startswith("_")
    }
    return dict(sorted(with_offered(family, found).items()))


def with_offered(group: str, found: Mapping[str, str]) -> Mapping[str, str]:
    """Return modules by name, those of an entry point group of other packages added.

    Raises:
        ConfigError: Another package claims a name that is taken.
    """
    known = dict(found)
    for entry in sorted(metadata.entry_points(group=group)):
        if entry.name in known:
            raise ConfigError(
                f"{entry.value} and {known[entry.name]} are both called"
                f" {entry.name!r}; remove one of the packages"
            )
        known[entry.name] = entry.value
    return known


def member(family: str, name: str, wanted: Sequence[str] = ()) -> ModuleType:
    """Return the module of one member, which defines all names ``wanted``.

    Raises:
        ConfigError: There is no such member, or it cannot be used.
    """
    known = members(family)
    if name not in known:
        raise ConfigError(
            f"there is no {name!r} in {family}; there are {', '.join(known)}"
        )
    return module_with(known[name], wanted)


def module_with(name: str, wanted: Sequence[str]) -> ModuleType:
    """Import a module that defines all names ``wanted``.

    Raises:
        ConfigError: It cannot be used.
    """
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        raise ConfigError(f"{name} cannot be imported: {error}") from error
    missing = [each for each in wanted if not hasattr(module, each)]
    if missing:
        raise ConfigError(f"{name} does not define {', '.join(missing)}")
    return module

"""Read the version of a server, as far as a language's grammar depends on it."""

from __future__ import annotations

import re

_VERSION = re.compile(r"\s*[vV]?(\d{1,6})(?:\.(\d{1,6}))?")


def at_least(version: str, major: int, minor: int = 0) -> bool:
    """Return whether a server is that new; an unknown version is the newest.

    >>> at_least("v3.7.6", 3, 5), at_least("2.10", 3), at_least("", 3)
    (True, False, True)
    """
    found = _VERSION.match(version)
    if found is None:
        return True
    return (int(found[1]), int(found[2] or 0)) >= (major, minor)

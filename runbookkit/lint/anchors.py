"""Whether a page has the heading that a link names."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import unquote

# Fragments that a code-hosting page or browser answers without any heading.
_BUILT_IN = re.compile(r"^(?:|top|:~:.*|L\d+(?:C\d+)?(?:-L?\d+(?:C\d+)?)?|lines-\d.*)$")
_GITHUB = "user-content-"
_LETTERS = re.compile(r"[^\w]|_")


def heading_of(fragment: str) -> str:
    """Return the heading's name in a fragment; empty when it names none."""
    name = unquote(fragment).removeprefix(_GITHUB)
    return "" if _BUILT_IN.match(name) else name


def has_anchor(fragment: str, anchors: Collection[str]) -> bool:
    """Tell whether some site would find a fragment among a page's anchors.

    Sites disagree about case, dots and repeated dashes; only the letters count.
    """
    name = heading_of(fragment)
    if not name or name in anchors:
        return True
    wanted = _letters(name)
    return any(_letters(anchor) == wanted for anchor in anchors)


def _letters(name: str) -> str:
    return _LETTERS.sub("", name.lower())

"""How deep a YAML text nests, asked before libyaml recurses into it."""

from __future__ import annotations

import re

import yaml

MAX_DEPTH = 100
_MARKS = re.compile(r"[\[\]{}]")
_COMPACT = re.compile(r"(?:[-?:][ \t]+){25}|^[ \t]{100}", re.MULTILINE)


def nests_too_deep(text: str) -> bool:
    """Tell whether a text nests deeper than any honest file does.

    Composing the tree of 100,000 open brackets ends the process.

    Raises:
        yaml.YAMLError: The text is not YAML.
    """
    if not _may_nest(text):
        return False
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return False


def _may_nest(text: str) -> bool:
    """Bound the depth from above, without parsing."""
    if _COMPACT.search(text):
        return True
    depth = 0
    for mark in _MARKS.finditer(text):
        depth = depth + 1 if mark[0] in "[{" else max(depth - 1, 0)
        if depth > MAX_DEPTH // 2:
            return True
    return False

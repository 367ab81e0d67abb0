"""Label matchers, which PromQL and LogQL share."""

from __future__ import annotations

from typing import Final

from runbookkit.queries import regexes

# no matcher with a purpose takes both
_STRANGERS: Final = ("\x01 stranger", "Another 0 stranger")


def takes_empty(operator: str, value: str) -> bool:
    """Return whether a matcher takes series that lack the label.

    >>> takes_empty("=~", "a?"), takes_empty("!=", "")
    (True, False)
    """
    if operator in ("=", "!="):
        return (value == "") == (operator == "=")
    return regexes.matches_whole(value, "") == (operator == "=~")


def narrows(operator: str, value: str) -> bool:
    """Return whether a matcher holds its label to some values, not to nearly all."""
    if operator == "=":
        return value != ""
    if operator != "=~" or regexes.fault(value):
        return False
    return not all(regexes.matches_whole(value, each) for each in _STRANGERS)

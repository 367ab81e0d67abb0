"""Names that a wrong one was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, names: Iterable[str], *, cutoff: float = 0.7) -> str:
    """Return the closest of some names; empty when none is close."""
    import difflib  # noqa: PLC0415  only where something is wrong already

    found = difflib.get_close_matches(name, names, 1, cutoff)
    return found[0] if found else ""


def hint(name: str, names: Iterable[str], *, cutoff: float = 0.7) -> str:
    """Return ``, did you mean 'x'?`` or nothing, to go into a message.

    >>> hint("up_totl", ["up_total", "down_total"])
    ", did you mean 'up_total'?"
    """
    near = nearest(name, names, cutoff=cutoff)
    return f", did you mean {near!r}?" if near else ""

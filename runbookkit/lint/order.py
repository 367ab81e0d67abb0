"""Which sections stand where the template does not put them."""

from __future__ import annotations

from collections.abc import Iterator

from runbookkit.model.runbook import Section
from runbookkit.model.template import Template


def misplaced(
    sections: tuple[Section, ...], template: Template
) -> Iterator[tuple[Section, str]]:
    """Yield the fewest sections whose move would restore the template's order.

    With each comes the title of the section that it belongs below; empty when
    it belongs first. Sections that the template does not name, and repeats,
    may stand anywhere.
    """
    ranks = {section.title: rank for rank, section in enumerate(template.sections)}
    firsts: dict[str, Section] = {}
    for section in sections:
        if section.key in ranks:
            firsts.setdefault(section.key, section)
    order = [(ranks[key], section) for key, section in firsts.items()]
    kept = _longest_rise([rank for rank, _ in order])
    for rank, section in order:
        if rank not in kept:
            before = [(r, each) for r, each in order if r < rank]
            after = max(before, key=lambda pair: pair[0], default=None)
            yield section, after[1].title if after else ""


def _longest_rise(ranks: list[int]) -> frozenset[int]:
    """Return the longest series of numbers that rises; of several the last found.

    >>> sorted(_longest_rise([5, 0, 1, 2, 4, 3]))
    [0, 1, 2, 3]
    """
    best: list[list[int]] = []
    for rank in ranks:
        longest: list[int] = []
        for series in best:
            if series[-1] < rank and len(series) > len(longest):
                longest = series
        best.append([*longest, rank])
    return frozenset(max(reversed(best), key=len) if best else ())

"""Whether a runbook's Meaning says the same numbers as the alert rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from runbookkit.lint.bounds import Bounds, bounds_of, explains
from runbookkit.markdown.durations import parse_duration
from runbookkit.model.alertrule import AlertRule
from runbookkit.model.facts import Dimension, Facts, Quantity

_MORE = r"(?:(?:the|at|least|last|past|more|longer|than|about|over|a|full)\s+)*\Z"
_FOR = re.compile(rf"\b(?:for|since)\s+{_MORE}")
_LONGER = re.compile(rf"\blonger than\s+{_MORE}")
# a request takes longer than a second; an alert waits longer than that
_LASTS = re.compile(rf"\b(?:tak(?:e|es|en|ing)|took)\s+longer than\s+{_MORE}")
_OVER = re.compile(rf"\b(?:over|within|during|in the (?:last|past))\s+{_MORE}")
_COMPARES = re.compile(
    r"\b(?:than|above|below|over|under|exceed(?:s|ed|ing)?|least|most|reach(?:es|ed)?"
    r"|past|beyond|within|drops? to|falls? to)\s+(?:about |nearly |the )?\Z|[<>≥≤]=?\s*\Z"
)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A number of the Meaning that the rule does not have."""

    kind: Literal["hold", "threshold"]
    stated: Quantity
    actual: str
    """What the rule says instead, in words."""


def disagreements(
    page: Facts, rule: AlertRule, namesakes: Iterable[AlertRule]
) -> Iterator[Disagreement]:
    """Yield where a runbook and an alert rule state different numbers.

    ``namesakes`` are all rules with the alert's name: what one of them says is
    no contradiction, since the text cannot tell them apart. A Meaning that
    states nothing comparable agrees.
    """
    claimed = {alert.name for alert in page.alerts} - {rule.name}
    # beside a number of the paragraph that names the alert, others are asides
    settled = {each.dimension for each in page.meaning if rule.name in each.about}
    stated = [
        quantity
        for quantity in page.meaning
        if rule.name in quantity.about
        or (claimed.isdisjoint(quantity.about) and quantity.dimension not in settled)
    ]
    rules = (rule, *namesakes)
    bounds = [bounds_of(each.expr) for each in rules]
    yield from _holds(page, rule, rules, stated, bounds)
    yield from _thresholds(stated, bounds)


def _holds(
    page: Facts,
    rule: AlertRule,
    rules: Iterable[AlertRule],
    stated: list[Quantity],
    bounds: list[Bounds],
) -> Iterator[Disagreement]:
    times = [each for each in stated if each.dimension == "time"]
    holds = {_seconds(each.hold) for each in rules}
    if None in holds or any(each.value in holds for each in times):
        return
    claims = [each for each in times if _claims_hold(each, bounds, page)]
    if claims:
        actual = f"`for: {rule.hold}`" if rule.hold else "no `for`"
        yield Disagreement("hold", claims[0], actual)


def _claims_hold(time: Quantity, bounds: list[Bounds], page: Facts) -> bool:
    before = f"{time.before} "
    if page.declared and _FOR.search(before):
        # the template asks for the hold in these words, so a window of the
        # same length is no excuse
        return not any(explains(each, time, windows=False) for each in bounds)
    measured = "time" in bounds[0].measures
    says_so = _FOR.search(before) or (
        not measured
        and not _LASTS.search(before)
        and (_LONGER.search(before) or (page.declared and _OVER.search(before)))
    )
    return bool(says_so) and not any(explains(each, time) for each in bounds)


def _thresholds(stated: list[Quantity], bounds: list[Bounds]) -> Iterator[Disagreement]:
    """Compare the first threshold of each dimension: later ones may be asides."""
    seen: set[Dimension] = set()
    for quantity in stated:
        if quantity.dimension in seen or not _compares(quantity, bounds[0]):
            continue
        seen.add(quantity.dimension)
        if not any(explains(each, quantity) for each in bounds):
            limits = dict.fromkeys(f"{each:,.12g}" for each in bounds[0].limits if each)
            yield Disagreement("threshold", quantity, " and ".join(limits))
            return


def _compares(quantity: Quantity, bounds: Bounds) -> bool:
    if quantity.dimension not in bounds.measures:
        return False
    before = f"{quantity.before} "
    if quantity.dimension == "time" and _FOR.search(before):
        return False
    return quantity.text.endswith("times") or _COMPARES.search(before) is not None


def _seconds(hold: str) -> float | None:
    """Return the hold in seconds; none when it cannot be read."""
    if not hold or hold == "0":
        return 0.0
    duration = parse_duration(hold)
    return duration.total_seconds() if duration is not None else None

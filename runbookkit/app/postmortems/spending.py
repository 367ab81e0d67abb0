"""What the incident cost, each number with its query."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from runbookkit.app.postmortems.facts import Facts, Plain
from runbookkit.app.transcripts.visible import fenced
from runbookkit.app.words import amount, left, percent, rfc3339, span
from runbookkit.model.impact import Impact, LabelImpact, Measured

_LABELS: Final = 10
_HERE: Final = ("127.0.0.1", "localhost", "::1", "")


def impact(facts: Facts, plain: Plain) -> str:
    """Return the tables of all objectives that were harmed."""
    if not facts.impacts:
        return (
            "Unknown: no objective is linked to this incident, or Prometheus was not"
            " asked. How many users were affected is not in the record."
        )
    parts = [part for each in facts.impacts for part in _of_objective(each, plain)]
    return "\n\n".join([*parts, "How many people were affected is not in the record."])


def spent_words(of: Impact) -> str:
    """Return what an incident spent, in one sentence."""
    if of.spent is None:
        return f"What it spent of the budget of `{of.objective}` is unknown."
    bad = of.bad.value if of.bad is not None else None
    count = f"{amount(bad)} events were bad, which " if bad is not None else "It "
    return (
        f"{count}spent {percent(of.spent)} of the budget of `{of.objective}`;"
        f" {left(of.left_after)}."
    )


def _of_objective(of: Impact, plain: Plain) -> Iterator[str]:
    window = span(timedelta(seconds=of.window_seconds))
    yield (
        f"Objective `{of.objective}`: {of.target * 100:.6g} % of events are good over"
        f" {window}. Measured from {rfc3339(of.start)} to {rfc3339(of.end)}."
    )
    lines = ["| measure | value |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in _rows(of)]
    yield "\n".join(lines)
    if of.by_label:
        yield "\n".join(_by_label(of.by_label, plain))
    for note in of.notes:
        yield f"Note: {plain.words(note)}."
    yield "The numbers come from these queries, evaluated at the end of the incident:"
    for measured in (of.bad or of.ratio, of.total, of.budget):
        if measured is not None and measured.query:
            yield fenced(measured.query, "promql") + _link(measured)


def _rows(of: Impact) -> Iterator[tuple[str, str]]:
    if of.bad is not None:
        bad = amount(of.bad.value)
        if of.bad_least is not None and of.bad_most is not None:
            bad += f", at least {amount(of.bad_least)}, at most {amount(of.bad_most)}"
        total = amount(of.total.value) if of.total is not None else "unknown"
        yield "bad events", bad
        yield "all events", total
        yield "share of bad events", f"{percent(of.ratio.value)} of {total} events"
    else:
        yield "share of bad time", percent(of.ratio.value)
    yield "error budget spent", percent(of.spent)
    yield "error budget left before", percent(of.left_before)
    yield "error budget left after", percent(of.left_after)
    burn = "unknown" if of.burn is None else f"{of.burn:.3g} times the allowed rate"
    yield "burn rate", burn
    gone = of.gone_in_seconds
    lasts = (
        "it lasts" if of.burn is not None and of.left_after is not None else "unknown"
    )
    yield (
        "budget gone at that rate in",
        lasts
        if gone is None
        else "gone"
        if not gone
        else span(timedelta(seconds=gone)),
    )
    yield "measured", f"{percent(of.covered)} of the time"
    for gap in of.gaps:
        yield "without data", f"{rfc3339(gap.start)} to {rfc3339(gap.end)}"


def _by_label(found: tuple[LabelImpact, ...], plain: Plain) -> Iterator[str]:
    yield "| label | value | bad events | all events | budget spent |"
    yield "|---|---|---|---|---|"
    for each in found[:_LABELS]:
        total = amount(each.total)
        yield (
            f"| {plain.words(each.label)} | {plain.words(each.value)} |"
            f" {amount(each.bad)} | {total} | {percent(each.spent)} |"
        )
    if len(found) > _LABELS:
        yield f"| and {len(found) - _LABELS} more | | | | |"


def _link(measured: Measured) -> str:
    for address in (measured.links.explore, measured.links.server):
        host = urlsplit(address).hostname or ""
        if host not in _HERE:  # a link to one's own machine is none for others
            return f"\n\n[See it live](<{address}>)"
    return ""

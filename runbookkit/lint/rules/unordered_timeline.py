"""PM202."""

from __future__ import annotations

from datetime import datetime

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, postmortem_rule
from runbookkit.model.finding import Edit, Fix
from runbookkit.model.postmortem import Postmortem
from runbookkit.model.span import Span


@postmortem_rule("PM202", level="error", since="0.1.0")
def unordered_timeline(postmortem: Postmortem, context: Context) -> Found:
    """A row of the timeline is earlier than the one above it.

    ## Why is this bad?

    Readers take the order of the rows for the order of events, and see a cause
    where there was none.

    The fix sorts the rows by time; rows of the same time keep their order.

    ## Bad

    ````markdown
    ## Timeline

    | time | event | source |
    |---|---|---|
    | 2026-10-06T14:07:00Z | `CheckoutErrorsHigh` notifies the on-call engineer | Alertmanager |
    | 2026-10-06T14:02:00Z | Release 2026.40 goes live | deploy pipeline, run 881 |
    ````

    ## Good

    ````markdown
    ## Timeline

    | time | event | source |
    |---|---|---|
    | 2026-10-06T14:02:00Z | Release 2026.40 goes live | deploy pipeline, run 881 |
    | 2026-10-06T14:07:00Z | `CheckoutErrorsHigh` notifies the on-call engineer | Alertmanager |
    ````
    """
    latest: datetime | None = None
    fix = _sorted(postmortem)
    for row in postmortem.timeline:
        if row.at is None:
            continue
        if latest is not None and row.at < latest:
            yield Problem(
                row.places.get("time", row.span),
                f"{row.time!r} is earlier than the row above it; put the rows in order",
                fix,
            )
        latest = max(row.at, latest) if latest else row.at


def _sorted(postmortem: Postmortem) -> Fix | None:
    """Return the edit that sorts all rows, if all their times are known."""
    rows = [(row.at, row.span.line) for row in postmortem.timeline if row.at]
    if not rows or len(rows) < len(postmortem.timeline):
        return None
    lines = postmortem.document.lines
    first, last = rows[0][1], rows[-1][1]
    text = "\n".join(lines[line - 1] for _, line in sorted(rows))
    span = Span(first, 1, last, len(lines[last - 1]) + 1)
    return Fix("sort the rows by time", (Edit(span, text),))

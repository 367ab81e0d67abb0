"""PM203."""

from __future__ import annotations

from datetime import datetime

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, postmortem_rule
from runbookkit.model.postmortem import Postmortem


@postmortem_rule("PM203", level="error", since="0.1.0")
def event_outside_incident(postmortem: Postmortem, context: Context) -> Found:
    """A row of the timeline lies before the incident began or after it was over.

    ## Why is this bad?

    Either `started` or `resolved` is wrong, and with it the duration, or the
    row is background. A change of last month belongs under *Contributing
    factors*, a repair of next week under *Action items*.

    Times are compared to the minute.

    ## Bad

    ````markdown
    ## Timeline

    | time | event | source |
    |---|---|---|
    | 2026-09-02T09:15:00Z | The retry limit is removed from the payment client | commit 9f3c1d2 |
    | 2026-10-06T14:02:00Z | Release 2026.40 goes live | deploy pipeline, run 881 |
    ````

    ## Good

    ````markdown
    ## Timeline

    | time | event | source |
    |---|---|---|
    | 2026-10-06T14:02:00Z | Release 2026.40 goes live | deploy pipeline, run 881 |
    ````
    """
    started, resolved = postmortem.metadata.started, postmortem.metadata.resolved
    for row in postmortem.timeline:
        if row.at is None:
            continue
        where = row.places.get("time", row.span)
        if started and _minute(row.at) < _minute(started):
            yield Problem(
                where,
                f"{row.time!r} is before the incident began; move the row to the"
                " contributing factors, or correct `started`",
            )
        elif resolved and _minute(row.at) > _minute(resolved):
            yield Problem(
                where,
                f"{row.time!r} is after the incident was resolved; move the row to the"
                " action items, or correct `resolved`",
            )


def _minute(at: datetime) -> datetime:
    # many timelines give minutes only, and front matter gives seconds
    return at.replace(second=0, microsecond=0)

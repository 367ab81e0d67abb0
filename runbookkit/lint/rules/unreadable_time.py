"""PM204."""

from __future__ import annotations

import re
from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, postmortem_rule
from runbookkit.lint.stubs import is_stub
from runbookkit.markdown.postmortem import parse_time
from runbookkit.model.postmortem import Postmortem

_PLACEHOLDER: Final = re.compile(
    r"[hHxXyY?]{2}:|:(?:mm|MM|xx|XX|\?\?)|[yY]{4}|[xX]{2}-"
)
_EXAMPLE: Final = "2026-10-06T14:02:00Z"


@postmortem_rule("PM204", level="error", since="0.1.0")
def unreadable_time(postmortem: Postmortem, context: Context) -> Found:
    """A row of the timeline has no time that can be read.

    ## Why is this bad?

    The row cannot be held against the alerts, logs and deploys of that minute.
    A time without a zone is hours off for half of its readers.

    Write RFC 3339 in UTC, such as `2026-10-06T14:02:00Z`. A column that is called
    `time (UTC)` names the zone for all its rows.

    ## Bad

    ````markdown
    ## Timeline

    | time | event | source |
    |---|---|---|
    | 2026-10-06 14:02 | Release 2026.40 goes live | deploy pipeline, run 881 |
    | 2026-10-06 HH:mm | The release is rolled back | deploy pipeline, run 882 |
    ````

    ## Good

    ````markdown
    ## Timeline

    | time | event | source |
    |---|---|---|
    | 2026-10-06T14:02:00Z | Release 2026.40 goes live | deploy pipeline, run 881 |
    | 2026-10-06 14:31 UTC | The release is rolled back | deploy pipeline, run 882 |
    ````
    """
    for row in postmortem.timeline:
        if row.at is None and "time" in row.places:
            yield Problem(
                row.places["time"], f"{_wrong(row.time)}, such as `{_EXAMPLE}`"
            )


def _wrong(time: str) -> str:
    if not time:
        return "the row has no time; add it in UTC"
    if is_stub(time) or _PLACEHOLDER.search(time):
        return f"{time!r} holds a place for a time; write it in UTC"
    if parse_time(time, utc=True) is not None:
        return f"{time!r} names no time zone; write it in UTC"
    return f"{time!r} is no time that can be read; write it in UTC"

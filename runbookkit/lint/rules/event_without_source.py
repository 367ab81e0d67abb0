"""PM205."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, postmortem_rule
from runbookkit.lint.stubs import is_stub
from runbookkit.model.postmortem import Postmortem


@postmortem_rule("PM205", level="warning", since="0.1.0")
def event_without_source(postmortem: Postmortem, context: Context) -> Found:
    """A row of the timeline does not say how it is known.

    ## Why is this bad?

    Memories of a night differ. What an alert, a log line or a deploy shows can
    be looked up again; what somebody recalls is worth as much when it says so.

    ## Bad

    ````markdown
    ## Timeline

    | time | event | source |
    |---|---|---|
    | 2026-10-06T14:02:00Z | Release 2026.40 goes live | |
    ````

    ## Good

    ````markdown
    ## Timeline

    | time | event | source |
    |---|---|---|
    | 2026-10-06T14:02:00Z | Release 2026.40 goes live | deploy pipeline, run 881 |
    ````
    """
    for row in postmortem.timeline:
        if "source" in row.places and is_stub(row.source):
            yield Problem(
                row.places["source"] if row.source else row.span,
                "the row names no source; add the alert, query, log line, deploy or"
                " role that it comes from",
            )

"""RB806."""

from __future__ import annotations

import re

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.lint.wording import mentions, phrases
from runbookkit.model.runbook import Runbook

_HINTS = frozenset(
    {"writing", "nowadays", "future", "currently", "yet", "soon", "recently"}
)
_STRINGS = ("as of ", "for now", "time being", "these days", "the next ", "will be ")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DONE = (
    r"(?:supported|implemented|automated|possible|available|documented|migrated|done)"
)
_ROTTING = re.compile(
    r"\b(?:(?:at|as of) (?:the )?(?:time|moment) of (?:this )?writing|as of this writing"
    rf"|as of (?:now|today|late|early|mid|{_MONTH}\.? ?\d|20\d\d|v\d)[\w.-]*"
    r"|for now|for the time being|nowadays|these days|in the near future"
    r"|(?:is|are|was|were|has|have)(?: been)? recently"
    r" (?:added|introduced|changed|migrated|moved|renamed)"
    rf"|(?:is|are) (?:not yet|currently not|not currently) (?:\w+ )?{_DONE}"
    r"|(?:we|there (?:is|are)) currently|currently,? (?:we|there (?:is|are)|only)"
    r"|will (?:soon be|be \w+ soon|be (?:fixed|removed|replaced|automated|deprecated)"
    r" (?:in|by|with)(?: (?:the|a))? (?:next|future|later))"
    r"|(?:in|with) the next (?:release|version|quarter|sprint))\b",
)


@runbook_rule("RB806", level="info", since="0.1.0", needs="nothing")
def rotting_time_words(runbook: Runbook, context: Context) -> Found:
    """The text says "now" or "soon" and will be read years later.

    ## Why is this bad?

    "At the time of writing the database has 7 TB" was true once. The reader
    cannot tell when, so the sentence says nothing.

    ## Bad

    ````markdown
    ## Notes

    At the time of writing one shard holds 40 GB.
    ````

    ## Good

    ````markdown
    ## Notes

    One shard holds at most 50 GB; the limit is set in `shards.yaml`.
    ````
    """
    document = runbook.document
    if not mentions(document, _HINTS, also=_STRINGS):
        return
    for phrase in phrases(document.blocks, _ROTTING):
        yield Problem(
            phrase.span,
            f"{phrase.said!r} is true for a while only; give the date, or"
            " where to look it up",
        )

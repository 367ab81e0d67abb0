"""RB803."""

from __future__ import annotations

import re

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.lint.wording import mentions, phrases
from runbookkit.model.runbook import Runbook

_HINTS = frozenset(
    {"documentation", "docs", "wiki", "confluence", "handbook", "manual", "guide"}
)
_THING = (
    r"(?:documentation|docs|wiki(?: page)?|confluence(?: page)?|handbook|guide"
    r"|manual(?=\s*(?:[.,;)]|$|for\b|of\b|on\b)))"
)
_BETWEEN = r"(?:(?!(?:for|to|in|of|and|or|with|from|on|as)\b)[\w'-]+\s+){0,4}?"
_REFERENCE = re.compile(
    r"\b(?:see|refer to|consult|read|check|follow|described in|explained in|listed in"
    rf"|documented in|according to)\s+{_BETWEEN}{_THING}\b"
    # "the documentation links in References", "the guides below:" lead somewhere
    r"(?!['-]|\s+(?:links?|pages?|below|above|linked|section)\b|[^.\n]*:\s*$)",
)


@runbook_rule("RB803", level="warning", since="0.1.0", needs="nothing")
def reference_without_link(runbook: Runbook, context: Context) -> Found:
    """The text sends the reader to a document without linking it.

    ## Why is this bad?

    "See the documentation" at 3 a.m. is a search in three wikis, each with a
    page of that name.

    ## Bad

    ````markdown
    ## Notes

    To raise the limit, see the database documentation.
    ````

    ## Good

    ````markdown
    ## Notes

    To raise the limit, see the [database documentation](https://db.example.com/limits).
    ````
    """
    document = runbook.document
    if not mentions(document, _HINTS):
        return
    for phrase in phrases(document.blocks, _REFERENCE):
        text = phrase.prose.text
        if "](" in text or "][" in text or "://" in text:
            continue
        yield Problem(
            phrase.span,
            f"{phrase.said!r} leads nowhere; link the document",
        )

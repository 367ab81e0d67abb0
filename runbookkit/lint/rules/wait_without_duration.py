"""RB409."""

from __future__ import annotations

import re
from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.lint.sentences import instructions, sentences
from runbookkit.lint.wording import mentions
from runbookkit.model.runbook import Runbook

_WAIT: Final = re.compile(
    r"(?:^|[,;:]\s+|\b(?:and|then|just|please|first|must|should|can|to)\s+)"
    r"(?P<wait>wait|give\s+(?:it|them)\s+(?:some|a\s+(?:little|bit|while))\b)\b(?![-/])"
    r"|(?:check|look|try|run|verify|retry)\b[^.;]{0,40}?"
    r"(?P<later>(?:after|in)\s+(?:a\s+(?:while|bit|moment)|some\s+time))\b",
    re.IGNORECASE,
)
_HINTS: Final = frozenset({"wait", "give", "while", "bit", "moment", "time"})
_BOUNDED: Final = re.compile(
    r"\d+\s*(?:-|to|\u2013)?\s*\d*\s*(?:ms|s|sec\w*|m|min\w*|h|hours?|hrs?|days?|d|w|weeks?)\b"
    r"|\b(?:a|an|one|two|three|five|ten|fifteen|twenty|thirty)\s+"
    r"(?:second|minute|hour|day|week)s?\b"
    r"|`|\]\(",
    re.IGNORECASE,
)


@runbook_rule("RB409", level="warning", since="0.1.0", needs="nothing")
def wait_without_duration(runbook: Runbook, context: Context) -> Found:
    """An instruction says to wait and not how long.

    ## Why is this bad?

    Thirty seconds and three hours both are a while. Without a number nobody
    knows when waiting has failed.

    ## Bad

    ````markdown
    ### Drain the node

    Drain the node and wait until the traffic is gone.
    ````

    ## Good

    ````markdown
    ### Drain the node

    Drain the node and wait until the traffic is gone, at most 10 minutes.
    ````
    """
    if not mentions(runbook.document, _HINTS):
        return
    for prose in instructions(runbook, context):
        said = prose.text
        if "ait" not in said and "ive " not in said and " a " not in said:
            continue  # the pattern is slow, and few paragraphs say "wait"
        if not _WAIT.search(prose.text) or _BOUNDED.search(prose.text):
            continue
        for sentence in sentences(prose):
            match = _WAIT.search(sentence.words)
            if match:
                group = "wait" if match["wait"] else "later"
                start, end = match.span(group)
                words = " ".join(match[group].split())
                yield Problem(
                    prose.span_of(sentence.start + start, sentence.start + end),
                    f"{words!r} does not say how long; add the longest time, and what"
                    " to do when it is over",
                )

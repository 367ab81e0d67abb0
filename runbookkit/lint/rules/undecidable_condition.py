"""RB404."""

from __future__ import annotations

import re
from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.lint.sentences import instructions, sentences
from runbookkit.lint.wording import mentions
from runbookkit.model.runbook import Runbook

_VAGUE: Final = re.compile(
    r"\b(?:if|whether|unless|until)\b[^.,;:()]{1,60}?"
    r"(?:\b(?:is|are|seems?|looks?|appears?|becomes?|gets?|remains?|stays?|under|shows?"
    r"|causing)|'re|'s)\s+"
    r"(?:(?:not|very|consistently|still|really|quite|extremely|generally|often|under)"
    r"\s+){0,2}"
    r"(?P<word>high|low|large|small|slow|heavy|overloaded|busy|excessive|sluggish"
    r"|too\s+\w+|unusual(?:ly)?|abnormal(?:ly)?|strange|weird|suspicious|reasonable)\b",
    re.IGNORECASE,
)
_WORDS: Final = frozenset({
    "high", "low", "large", "small", "slow", "heavy", "overloaded", "busy", "excessive",
    "sluggish", "too", "unusual", "unusually", "abnormal", "abnormally", "strange",
    "weird", "suspicious", "reasonable",
})  # fmt: skip
_IF: Final = re.compile(r"[Ii]f\b|hether\b|nless\b|ntil\b")
_DECIDED: Final = re.compile(r"\d|`|\]\(|://")


@runbook_rule("RB404", level="warning", since="0.1.0", needs="nothing")
def undecidable_condition(runbook: Runbook, context: Context) -> Found:
    """An instruction hangs on a word such as "high", and no number says when.

    ## Why is this bad?

    High is a mood. Two people look at the same graph and do opposite things,
    and whoever was asleep two minutes ago has never seen the graph before.

    ## Bad

    ````markdown
    ### Look at the processor

    If the CPU usage of the database is consistently high, add a replica.
    ````

    ## Good

    ````markdown
    ### Look at the processor

    If the CPU usage of the database stays above 80 % for 10 minutes, add a
    replica.
    ````
    """
    if not mentions(runbook.document, _WORDS):
        return
    for prose in instructions(runbook, context):
        # The pattern is slow, and most paragraphs have no condition.
        if not _IF.search(prose.text) or not _VAGUE.search(prose.text):
            continue
        for sentence in sentences(prose):
            match = _VAGUE.search(sentence.words)
            if match and not _DECIDED.search(sentence.text):
                word = " ".join(match["word"].split())
                yield Problem(
                    sentence.span_of(match),
                    f"nobody can tell when something is {word!r}; give the number and"
                    " its unit, or the command that tells",
                )

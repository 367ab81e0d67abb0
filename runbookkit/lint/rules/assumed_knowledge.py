"""RB902."""

from __future__ import annotations

import re

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.lint.sentences import instructions
from runbookkit.lint.wording import mentions, phrases
from runbookkit.model.runbook import Runbook

_HINTS = frozenset(
    {
        "usual",
        "always",
        "normal",
        "standard",
        "course",
        "obviously",
        "well-known",
        "known",
        "know",
    }
)
_ASSUMED = re.compile(
    r"\b(?:(?:the|our|your) usual (?!(?:cause|suspect|reason)s?\b)\w+(?: \w+)?"
    r"|(?:as|in the|per) usual(?: way)?|as always"
    r"|(?:the|our|your) (?:normal|standard|well[- ]known) (?:\w+ )?"
    r"(?:way|process|procedure|steps|tools?|method|checks?|means)"
    r"|of course|obviously|as you know)\b",
)


@runbook_rule("RB902", level="info", since="0.1.0", needs="nothing")
def assumed_knowledge(runbook: Runbook, context: Context) -> Found:
    """An instruction relies on something that everybody is supposed to know.

    ## Why is this bad?

    What is usual to the author is new to whoever joined last month, and they
    are on call tonight.

    ## Bad

    ````markdown
    ### Find what fills the disk

    Use the usual tools to find the largest folders.
    ````

    ## Good

    ````markdown
    ### Find what fills the disk

    List the folders below `/data` by size; the largest comes first.
    ````
    """
    if not mentions(runbook.document, _HINTS):
        return
    for phrase in phrases(instructions(runbook, context), _ASSUMED):
        yield Problem(
            phrase.span,
            f"{phrase.said!r} is not known to everybody; write it out",
        )

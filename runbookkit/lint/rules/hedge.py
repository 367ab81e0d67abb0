"""RB901."""

from __future__ import annotations

import re

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.lint.sentences import instructions
from runbookkit.lint.wording import is_order, mentions, phrases
from runbookkit.model.runbook import Runbook

_HINTS = frozenset(
    {
        "needed",
        "necessary",
        "required",
        "appropriate",
        "possible",
        "applicable",
        "desired",
        "similar",
        "etc",
        "wish",
    }
)
_STRINGS = ("if you want", "if you like", "or something", "so on")
_HEDGE = re.compile(
    r"\b(?:(?:if|when|where|as) (?:it is |this is )?(?:needed|necessary|required"
    r"|appropriate|applicable|desired)(?! (?:to|for|by|in)\b)|(?:if|when|where) possible"
    r"|if you (?:want|like|wish)|or (?:something )?similar|or something|and so on"
    r"|etc\b\.?)",
)


@runbook_rule("RB901", level="warning", since="0.1.0", needs="nothing")
def hedge(runbook: Runbook, context: Context) -> Found:
    """An instruction leaves open whether, or to what, it applies.

    ## Why is this bad?

    "Restart if necessary" gives permission without a criterion. Two people
    read it and do two different things.

    ## Bad

    ````markdown
    ### Make room

    Delete old snapshots if necessary.
    ````

    ## Good

    ````markdown
    ### Make room

    Delete snapshots older than 30 days when `/data` is more than 80 % full.
    ````
    """
    if not mentions(runbook.document, _HINTS, also=_STRINGS):
        return
    for phrase in phrases(instructions(runbook, context), _HEDGE):
        if is_order(phrase):
            yield Problem(
                phrase.span,
                f"{phrase.said!r} leaves the decision open; name the condition or the"
                " full list",
            )

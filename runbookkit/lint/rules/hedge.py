"""RB901."""

from __future__ import annotations

import re

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.lint.sentences import instructions
from runbookkit.lint.wording import mentions, orders
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
_HEDGE = re.compile(
    r"\b(?:(?:if|when|where|as) (?:it is |this is )?(?:needed|necessary|required"
    r"|appropriate|applicable|desired)(?! (?:to|for|by|in)\b)|(?:if|when|where) possible"
    r"|if you (?:want|like|wish)|or (?:something )?similar|or something|and so on"
    r"|etc\b\.?)",
    re.IGNORECASE,
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
    if not mentions(
        runbook.document,
        _HINTS,
        also=("if you want", "if you like", "or something", "so on"),
    ):
        return
    for prose in instructions(runbook, context):
        if not _HEDGE.search(prose.text):
            continue
        for sentence in orders(prose):
            for match in _HEDGE.finditer(sentence.words):
                yield Problem(
                    sentence.span_of(match),
                    f"{' '.join(match[0].split())!r} leaves the decision open; name the"
                    " condition or the full list",
                )

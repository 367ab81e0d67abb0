"""RB903."""

from __future__ import annotations

import re

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.lint.sentences import instructions
from runbookkit.markdown.inline import without_code
from runbookkit.model.runbook import Runbook

_VERBS = (
    "restart|delete|remove|stop|start|kill|scale|drain|disable|enable|reset|recreate"
    "|reboot|terminate|evict|revert|rollback|roll back|cordon|uncordon|patch|fix|clean"
)
_PRONOUN = re.compile(
    rf"\s*(?:(?:then|and|please|next|now|just|simply),? )*(?:{_VERBS})"
    r" (?P<what>it|them|this|these|those)(?=\s*(?:[.,;:!)]|$|all\b|again\b|and\b|manually\b))",
    re.IGNORECASE,
)


@runbook_rule("RB903", level="warning", since="0.1.0", needs="nothing")
def unresolved_pronoun(runbook: Runbook, context: Context) -> Found:
    """An instruction says "it" or "them" before anything was named.

    ## Why is this bad?

    "Kill them all": kill what? Whoever jumped to this step by a link has not
    read the paragraph above.

    ## Bad

    ````markdown
    ### Old sessions are gone

    Kill them all.
    ````

    ## Good

    ````markdown
    ### Old sessions are gone

    Kill all sessions that are older than an hour.
    ````
    """
    for prose in instructions(runbook, context):
        match = _PRONOUN.match(prose.text) and _PRONOUN.match(without_code(prose.text))
        if match:
            yield Problem(
                prose.span_of(*match.span("what")),
                f"nothing above {match['what']!r} in this paragraph says what is meant;"
                " name it",
            )

"""PM304."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, postmortem_rule
from runbookkit.lint.stubs import is_stub
from runbookkit.model.postmortem import Postmortem


@postmortem_rule("PM304", level="warning", since="0.1.0")
def untracked_action_item(postmortem: Postmortem, context: Context) -> Found:
    """An action item stands in the postmortem alone.

    ## Why is this bad?

    Nobody plans their week from postmortems. What is not in the tracker is
    forgotten when the next incident comes.

    ## Bad

    ````markdown
    ## Action items

    | action | kind | owner | due | tracking |
    |---|---|---|---|---|
    | Retry payments at most three times | prevent | team-shop | 2026-12-20 | - |
    ````

    ## Good

    ````markdown
    ## Action items

    | action | kind | owner | due | tracking |
    |---|---|---|---|---|
    | Retry payments at most three times | prevent | team-shop | 2026-12-20 | SHOP-512 |
    ````
    """
    for item in postmortem.actions:
        if "tracking" in item.places and is_stub(item.tracking):
            yield Problem(
                item.places["tracking"] if item.tracking else item.span,
                "nothing tracks this action item; add a link or an issue number",
            )

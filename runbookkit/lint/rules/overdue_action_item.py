"""PM305."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, postmortem_rule
from runbookkit.model.postmortem import Postmortem


@postmortem_rule("PM305", level="warning", since="0.1.0")
def overdue_action_item(postmortem: Postmortem, context: Context) -> Found:
    """An action item is past its day, and the postmortem is not closed.

    ## Why is this bad?

    Until it is done the incident can come back in the same way. Either the item
    is done, then the postmortem can be closed, or its date was a wish.

    ## Bad

    ````markdown
    ## Action items

    | action | kind | owner | due | tracking |
    |---|---|---|---|---|
    | Retry payments at most three times | prevent | team-shop | 2026-10-13 | SHOP-512 |
    ````

    ## Good

    ````markdown
    ## Action items

    | action | kind | owner | due | tracking |
    |---|---|---|---|---|
    | Retry payments at most three times | prevent | team-shop | 2026-12-20 | SHOP-512 |
    ````
    """
    if postmortem.metadata.status == "closed":
        return
    for item in postmortem.actions:
        if item.due_on is not None and item.due_on < context.today:
            days = (context.today - item.due_on).days
            yield Problem(
                item.places.get("due", item.span),
                f"this was due {days} day{'s' if days > 1 else ''} ago; finish it, or"
                " set a new date and say why",
            )

"""PM301."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, postmortem_rule
from runbookkit.lint.stubs import is_stub
from runbookkit.model.postmortem import ActionItem, Postmortem
from runbookkit.model.span import Span


@postmortem_rule("PM301", level="error", since="0.1.0")
def incomplete_action_item(postmortem: Postmortem, context: Context) -> Found:
    """An action item lacks what it takes to get done.

    ## Why is this bad?

    Without an owner it is everybody's, without a date it is never late. "Soon"
    is no date: write a day, such as `2026-12-20`.

    ## Bad

    ````markdown
    ## Action items

    | action | kind | owner | due | tracking |
    |---|---|---|---|---|
    | Retry payments at most three times | prevent | | soon | SHOP-512 |
    ````

    ## Good

    ````markdown
    ## Action items

    | action | kind | owner | due | tracking |
    |---|---|---|---|---|
    | Retry payments at most three times | prevent | team-shop | 2026-12-20 | SHOP-512 |
    ````

    ## See also

    PM302, for kinds that are none; PM304, for items that nobody tracks.
    """
    for item in postmortem.actions:
        for column in ("action", "kind", "owner", "due"):
            if column in item.places and is_stub(getattr(item, column)):
                yield Problem(
                    _place(item, column),
                    f"the action item says no {column}; fill it in",
                )
        if item.due_on is None and not is_stub(item.due):
            yield Problem(
                _place(item, "due"),
                f"{item.due!r} is no day; write it as `2026-12-20`",
            )


def _place(item: ActionItem, column: str) -> Span:
    place = item.places.get(column, item.span)
    return item.span if place.column == place.end_column else place

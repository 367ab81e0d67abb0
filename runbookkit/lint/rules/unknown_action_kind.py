"""PM302."""

from __future__ import annotations

from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.near import nearest
from runbookkit.lint.rule import Found, Problem, postmortem_rule
from runbookkit.lint.stubs import is_stub
from runbookkit.model.finding import Edit, Fix
from runbookkit.model.postmortem import Postmortem

KINDS: Final = ("prevent", "detect", "mitigate", "process")


@postmortem_rule("PM302", level="error", since="0.1.0")
def unknown_action_kind(postmortem: Postmortem, context: Context) -> Found:
    """An action item is of a kind that is none of the four.

    ## Why is this bad?

    The kinds show at a glance what a review forgot. Five items that prevent this
    one incident and none that detects the next is a common picture.

    `prevent` makes it less likely, `detect` shows it earlier, `mitigate` makes it
    smaller or shorter, `process` changes how people work.

    ## Bad

    ````markdown
    ## Action items

    | action | kind | owner | due | tracking |
    |---|---|---|---|---|
    | Retry payments at most three times | prevention | team-shop | 2026-12-20 | SHOP-512 |
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
        if is_stub(item.kind) or item.kind in KINDS:
            continue
        place = item.places.get("kind", item.span)
        near = nearest(item.kind, KINDS, cutoff=0.6)
        yield Problem(
            place,
            f"{item.kind!r} is no kind of action; write one of {', '.join(KINDS)}",
            Fix(f"write {near}", (Edit(place, near),), safe=False) if near else None,
        )

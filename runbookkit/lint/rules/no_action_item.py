"""PM303."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, postmortem_rule
from runbookkit.markdown.postmortem import columns_of, table_in
from runbookkit.model.postmortem import Postmortem


@postmortem_rule("PM303", level="warning", since="0.1.0")
def no_action_item(postmortem: Postmortem, context: Context) -> Found:
    """Nothing follows from the incident.

    ## Why is this bad?

    It hurt enough to be written down, and will happen again in the same way.
    That nothing should change can be right; then the decision is the item, with
    an owner and a date on which it is looked at again.

    ## Bad

    ````markdown
    ## Action items

    | action | kind | owner | due | tracking |
    |---|---|---|---|---|
    ````

    ## Good

    ````markdown
    ## Action items

    | action | kind | owner | due | tracking |
    |---|---|---|---|---|
    | Decide again whether payments need a second provider | process | team-shop | 2026-12-20 | SHOP-512 |
    ````
    """
    if postmortem.actions:
        return
    for section in postmortem.sections:
        known = context.template.section(section.title)
        table = (
            table_in(section, known) if known and "action" in known.columns else None
        )
        if table is not None and "action" in columns_of(table):
            yield Problem(
                section.span,
                "nothing follows from the incident; add an action item, or one for the"
                " decision to change nothing",
            )

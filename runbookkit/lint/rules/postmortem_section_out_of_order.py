"""PM105."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.order import misplaced
from runbookkit.lint.rule import Found, Problem, postmortem_rule
from runbookkit.model.postmortem import Postmortem


@postmortem_rule("PM105", level="error", since="0.1.0")
def postmortem_section_out_of_order(postmortem: Postmortem, context: Context) -> Found:
    """A section stands elsewhere than the template puts it.

    ## Why is this bad?

    The order keeps what happened apart from what we change. Action items above
    the contributing factors are answers to a question that was not asked yet.

    ## Bad

    ````markdown
    ---
    format: postmortem/v1
    title: Checkout failed for 40 minutes
    ---

    # Checkout failed for 40 minutes

    ## Action items

    Test the payment client.

    ## Summary

    Customers could not pay for 40 minutes.
    ````

    ## Good

    ````markdown
    ## Summary

    One payment in four failed for 40 minutes, until the release was rolled back.
    ````
    """
    for section, after in misplaced(postmortem.sections, context.template):
        place = f"below {after!r}" if after else "first"
        yield Problem(
            section.span,
            f"section {section.title!r} is out of order; the template puts it {place}",
        )

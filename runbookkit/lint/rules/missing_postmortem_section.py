"""PM101."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, postmortem_rule
from runbookkit.model.postmortem import Postmortem


@postmortem_rule("PM101", level="error", since="0.1.0")
def missing_postmortem_section(postmortem: Postmortem, context: Context) -> Found:
    """A section that the template requires is not there.

    ## Why is this bad?

    The missing section is the question that nobody asked. A postmortem without
    *Where we got lucky* looks complete and leaves the next surprise in place.

    ## Bad

    ````markdown
    ---
    format: postmortem/v1
    title: Checkout failed for 40 minutes
    ---

    # Checkout failed for 40 minutes

    ## Summary

    Customers could not pay for 40 minutes.
    ````

    ## Good

    ````markdown
    ## Summary

    One payment in four failed for 40 minutes, until the release was rolled back.
    ````
    """
    present = {section.key for section in postmortem.sections}
    title = postmortem.document.title
    where = title.span if title else postmortem.document.line_span(1)
    for section in context.template.sections:
        if section.required and section.title not in present:
            yield Problem(where, f"section {section.title!r} is missing; add it")

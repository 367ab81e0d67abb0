"""RB113."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.order import misplaced
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook


@runbook_rule("RB113", level="error", since="0.1.0", needs="template")
def section_out_of_order(runbook: Runbook, context: Context) -> Found:
    """A section stands elsewhere than the template puts it.

    ## Why is this bad?

    Half asleep, people scroll to where the answer stood in the last ten
    runbooks. Steps run in the order of the text: a mitigation above the
    diagnosis is carried out before anybody has looked.

    ## Bad

    ````markdown
    ---
    format: runbook/v1
    title: Checkout fails
    ---

    # Checkout fails

    ## Meaning

    More than 1 % of the checkout requests have failed for 5 minutes.

    ## Mitigation

    Restart the pods.

    ## Diagnosis

    Look at the failures.
    ````

    ## Good

    ````markdown
    ## Meaning

    More than 1 % of the checkout requests have failed for 5 minutes.
    ````
    """
    for section, after in misplaced(runbook.sections, context.template):
        place = f"below {after!r}" if after else "first"
        yield Problem(
            section.span,
            f"section {section.title!r} is out of order; the template puts it {place}",
        )

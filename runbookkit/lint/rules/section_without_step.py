"""RB107."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.lint.stubs import has_content
from runbookkit.model.runbook import Runbook


@runbook_rule("RB107", level="error", since="0.1.0", needs="format")
def section_without_step(runbook: Runbook, context: Context) -> Found:
    """A section that holds steps holds only prose.

    ## Why is this bad?

    After a phone call you have lost your place, because the prose has none. The
    runner sees nothing to do in the section and passes it by.

    ## Bad

    ````markdown
    ## Mitigation

    Restart the checkout pods, then look at the failures again.
    ````

    ## Good

    ````markdown
    ## Mitigation

    ### Restart the checkout pods

    **Ask:** Are the pods ready again after the restart?

    - **Yes:** continue
    - **No:** escalate
    ````
    """
    for section in runbook.sections:
        known = context.template.section(section.title)
        held = known is not None and known.holds_steps
        if held and not section.steps and has_content(section.blocks):
            yield Problem(
                section.span,
                f"section {section.title!r} has no step; give each thing to do a"
                " `###` heading",
            )

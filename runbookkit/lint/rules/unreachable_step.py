"""RB402."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.graph import reachable, step_graph
from runbookkit.model.runbook import Runbook


@runbook_rule("RB402", level="error", since="0.1.0", needs="format")
def unreachable_step(runbook: Runbook, context: Context) -> Found:
    """No way leads from the first step to this one.

    ## Why is this bad?

    Nobody who follows the text ever gets here, so the one fix that would have
    helped is never tried.

    ## Bad

    ````markdown
    ### Did a deploy precede the failures?

    **Ask:** Did the failures start within 15 minutes of a deploy?

    - **Yes:** escalate
    - **No:** go to [The failures are gone](#the-failures-are-gone)
    ````

    ## Good

    ````markdown
    ### Did a deploy precede the failures?

    **Ask:** Did the failures start within 15 minutes of a deploy?

    - **Yes:** escalate
    - **No:** go to [Restart the checkout pods](#restart-the-checkout-pods)
    ````
    """
    graph = step_graph(runbook)
    covered = set(reachable(graph))
    for step in graph.steps.values():
        if step.id not in covered:
            # What follows from here is unreachable for the same reason.
            covered |= reachable(graph, step.id)
            yield Problem(
                step.span,
                f"no way leads to step {step.title!r}; let a branch go to it, or"
                " remove it",
            )

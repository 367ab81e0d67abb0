"""PM103."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, postmortem_rule
from runbookkit.model.postmortem import Postmortem


@postmortem_rule("PM103", level="error", since="0.1.0")
def invalid_postmortem_metadata(postmortem: Postmortem, context: Context) -> Found:
    """A value of the front matter is not of its kind, or a key is unknown.

    ## Why is this bad?

    The value counts as absent, so nothing is compared with it. A time without a
    zone is a guess of some hours.

    ## Bad

    ````markdown
    ---
    format: postmortem/v1
    title: Checkout failed for 40 minutes
    incident: INC-41
    severity: sev2
    status: reviewed
    started: 2026-10-06 14:02
    detected: 2026-10-06T14:07:00Z
    mitigated: 2026-10-06T14:31:00Z
    resolved: 2026-10-06T14:42:00Z
    services: [checkout]
    runbooks: [checkout-fails.md]
    ---
    ````

    ## Good

    ````markdown
    ---
    format: postmortem/v1
    title: Checkout failed for 40 minutes
    incident: INC-41
    severity: sev2
    status: reviewed
    started: 2026-10-06T14:02:00Z
    detected: 2026-10-06T14:07:00Z
    mitigated: 2026-10-06T14:31:00Z
    resolved: 2026-10-06T14:42:00Z
    services: [checkout]
    runbooks: [checkout-fails.md]
    ---
    ````
    """
    for problem in postmortem.problems:
        if problem.kind == "invalid-metadata":
            yield Problem(problem.span, problem.message)

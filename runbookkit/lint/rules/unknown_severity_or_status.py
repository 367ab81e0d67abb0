"""PM405."""

from __future__ import annotations

from runbookkit.lint.choices import choices
from runbookkit.lint.context import Context
from runbookkit.lint.front import lacks, value_span
from runbookkit.lint.rule import Found, Problem, postmortem_rule
from runbookkit.model.finding import Edit, Fix
from runbookkit.model.postmortem import Postmortem


@postmortem_rule("PM405", level="error", since="0.1.0")
def unknown_severity_or_status(postmortem: Postmortem, context: Context) -> Found:
    """The severity or the status is a word that the template does not know.

    ## Why is this bad?

    It falls out of every list and count: the review board looks for `in-review`,
    and `Review` is not on it.

    ## Bad

    ````markdown
    ---
    format: postmortem/v1
    title: Checkout failed for 40 minutes
    incident: INC-41
    severity: major
    status: Reviewed
    started: 2026-10-06T14:02:00Z
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

    ## Options

    The words are those that the template lists in the meaning of the key.
    """
    given = {
        "severity": postmortem.metadata.severity,
        "status": postmortem.metadata.status,
    }
    for key in context.template.keys:
        value = given.get(key.name, "")
        allowed = choices(key.meaning)
        if not value or not allowed or value in allowed or lacks(postmortem, key.name):
            continue
        span = value_span(postmortem.document, key.name)
        same = next((word for word in allowed if _loose(word) == _loose(value)), "")
        yield Problem(
            span,
            f"{key.name} {value!r} is unknown; write one of {', '.join(allowed)}",
            Fix(f"write {same}", (Edit(span, same),)) if same else None,
        )


def _loose(word: str) -> str:
    return "".join(filter(str.isalnum, word)).casefold()

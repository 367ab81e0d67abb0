"""PM104."""

from __future__ import annotations

from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.front import key_span, lacks
from runbookkit.lint.rule import Found, Problem, postmortem_rule
from runbookkit.model.postmortem import Postmortem

_MAY_BE_EMPTY: Final = frozenset({"runbooks"})


@postmortem_rule("PM104", level="error", since="0.1.0")
def missing_postmortem_metadata(postmortem: Postmortem, context: Context) -> Found:
    """The front matter lacks a key that the template requires.

    ## Why is this bad?

    Times to detect and to mitigate are computed from these keys, and incidents
    are found by them. One that is missing falls out of every count.

    `runbooks` may be an empty list: that no runbook was followed is a finding of
    its own.

    ## Bad

    ````markdown
    ---
    format: postmortem/v1
    title: Checkout failed for 40 minutes
    incident: INC-41
    severity: sev2
    status: reviewed
    started: 2026-10-06T14:02:00Z
    mitigated: 2026-10-06T14:31:00Z
    resolved: 2026-10-06T14:42:00Z
    services: [checkout]
    runbooks: []
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
    runbooks: []
    ---
    ````
    """
    document = postmortem.document
    data = document.front_matter.data if document.front_matter else {}
    for key in context.template.keys:
        allowed = key.name in _MAY_BE_EMPTY and data.get(key.name) == []
        if key.required and not allowed and lacks(postmortem, key.name):
            yield Problem(
                key_span(document, key.name),
                f"the front matter does not say {key.name!r}; add `{key.name}:`",
            )

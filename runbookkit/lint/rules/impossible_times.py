"""PM106."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.front import value_span
from runbookkit.lint.rule import Found, Problem, postmortem_rule
from runbookkit.model.postmortem import Postmortem, PostmortemMetadata

_CHAINS: Final = (
    ("started", "detected", "mitigated", "resolved"),
    ("detected", "acknowledged", "resolved"),
)


@postmortem_rule("PM106", level="error", since="0.1.0")
def impossible_times(postmortem: Postmortem, context: Context) -> Found:
    """The times of the front matter cannot all be true.

    ## Why is this bad?

    Harm begins, is noticed, ends, and then the incident is closed. Where a later
    one comes first, a time is wrong, and so is every duration made from it.

    A time after today is a warning: somebody mistyped the year, or the clock of
    this machine is wrong.

    ## Bad

    ````markdown
    ---
    format: postmortem/v1
    title: Checkout failed for 40 minutes
    incident: INC-41
    severity: sev2
    status: reviewed
    started: 2026-10-06T14:02:00Z
    detected: 2026-10-06T13:07:00Z
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
    document = postmortem.document
    told: set[str] = set()
    for chain in _CHAINS:
        earlier: tuple[str, datetime] | None = None
        for key, at in _times(postmortem.metadata, chain):
            if earlier is None or at >= earlier[1]:
                earlier = (key, at)
            elif key not in told:
                told.add(key)
                yield Problem(
                    value_span(document, key),
                    f"{key!r} at {at:%Y-%m-%dT%H:%M:%SZ} is before {earlier[0]!r} at"
                    f" {earlier[1]:%Y-%m-%dT%H:%M:%SZ}; correct one of them",
                )
    for key, at in _times(postmortem.metadata, (*_CHAINS[0], "acknowledged")):
        if at.date() > context.today:
            yield Problem(
                value_span(document, key),
                f"{key!r} is in the future; correct the date",
                level="warning",
            )


def _times(
    metadata: PostmortemMetadata, keys: tuple[str, ...]
) -> list[tuple[str, datetime]]:
    found = ((key, getattr(metadata, key)) for key in keys)
    return [(key, at) for key, at in found if at is not None]

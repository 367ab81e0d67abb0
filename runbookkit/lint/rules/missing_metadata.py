"""RB112."""

from __future__ import annotations

from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.front import key_span, lacks
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook

_OF_OTHER_RULES: Final = frozenset({"format", "owner", "alerts", "reviewed"})


@runbook_rule("RB112", level="error", since="0.1.0", needs="format")
def missing_metadata(runbook: Runbook, context: Context) -> Found:
    """The front matter lacks a key that the template requires.

    ## Why is this bad?

    The service and the severity decide which alerts and dashboards belong to
    the page. Without them nothing can be compared.

    ## Bad

    ````markdown
    ---
    format: runbook/v1
    title: Checkout fails
    owner: team-shop
    severity:
    alerts: [CheckoutErrorsHigh]
    reviewed: 2026-11-01
    ---
    ````

    ## Good

    ````markdown
    ---
    format: runbook/v1
    title: Checkout fails
    service: checkout
    owner: team-shop
    severity: page
    alerts: [CheckoutErrorsHigh]
    reviewed: 2026-11-01
    ---
    ````

    ## See also

    RB104, RB105 and RB109, for the owner, the review and the alerts.
    """
    document = runbook.document
    for key in context.template.keys:
        if not key.required or key.name in _OF_OTHER_RULES:
            continue
        if lacks(runbook, key.name):
            yield Problem(
                key_span(document, key.name),
                f"the front matter does not say {key.name!r}; add `{key.name}:`",
            )

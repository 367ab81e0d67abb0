"""RB305."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook


@runbook_rule("RB305", level="error", since="0.1.0", needs="format")
def input_without_source(runbook: Runbook, context: Context) -> Found:
    """Nothing says where an input's value comes from.

    ## Why is this bad?

    "You need the tenant": from where? An input comes from the alert (`from:`),
    has a `default`, or is asked for, and then its description has to tell the
    person where to look.

    ## Bad

    ````markdown
    ---
    format: runbook/v1
    title: Checkout fails
    service: checkout
    owner: team-shop
    severity: page
    alerts: [CheckoutErrorsHigh]
    reviewed: 2026-11-01
    inputs:
      region: {}
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
    inputs:
      region:
        description: Region of the customers who complain, as the ticket names it
    ---
    ````
    """
    for each in runbook.metadata.inputs:
        if not each.source and each.default is None and not each.description.strip():
            yield Problem(
                each.span,
                f"input {each.name!r} has no source; add `from: labels.{each.name}`, a"
                " default, or a description that says where to find the value",
            )

"""RB105."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.front import key_span, lacks, value_span
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook


@runbook_rule("RB105", level="warning", since="0.1.0", needs="format")
def stale_review(runbook: Runbook, context: Context) -> Found:
    """Nobody has held a runbook against the live system for a long time.

    ## Why is this bad?

    Metrics are renamed and deployments move. A runbook that nobody has read
    against the system for half a year reads as confidently as a fresh one.

    ## Bad

    ````markdown
    ---
    format: runbook/v1
    title: Checkout fails
    service: checkout
    owner: team-shop
    severity: page
    alerts: [CheckoutErrorsHigh]
    reviewed: 2024-02-29
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

    ## Options

    `review_days`: the age in days from which a review counts as stale; 180
    unless the configuration says otherwise.
    """
    document = runbook.document
    reviewed = runbook.metadata.reviewed
    if reviewed is None:
        if lacks(runbook, "reviewed"):
            yield Problem(
                key_span(document, "reviewed"),
                "nothing says when this runbook was last read against the live system;"
                " add `reviewed:` with a date",
            )
        return
    age = (context.today - reviewed).days
    if age < 0:
        yield Problem(
            value_span(document, "reviewed"),
            f"{reviewed} is in the future; write the day of the last review",
        )
    elif age >= context.options.review_days:
        yield Problem(
            value_span(document, "reviewed"),
            f"the last review was {age} days ago, and {context.options.review_days} is"
            " the limit; read it against the live system and set the date",
        )

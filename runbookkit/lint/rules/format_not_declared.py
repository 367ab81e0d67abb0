"""RB100."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook


@runbook_rule("RB100", level="warning", since="0.1.0", needs="nothing")
def format_not_declared(runbook: Runbook, context: Context) -> Found:
    """A page has the sections of a runbook but does not declare the format.

    ## Why is this bad?

    Only a declared runbook is held to the template and can be run step by
    step. Until then most of what could be proved about this page is not even
    asked.

    A template that does not demand a format, such as the one of four sections,
    switches this rule off.

    ## Bad

    ````markdown
    # Checkout fails

    ## Meaning

    More than 1 % of the checkout requests have failed for 5 minutes.

    ## Impact

    Customers cannot pay.
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

    RB116, for a format that is declared but unknown.
    """
    document = runbook.document
    unread = any(each.kind == "unreadable-front-matter" for each in document.problems)
    if runbook.declared or unread or not context.template.demands_format:
        return
    title = document.title
    yield Problem(
        title.span if title else document.line_span(1),
        f"this page declares no format; add `format: {context.template.format}` to its"
        " front matter, or let `runbook import` do it",
    )

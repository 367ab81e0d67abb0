"""RB111."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook


@runbook_rule("RB111", level="error", since="0.1.0", needs="format")
def invalid_metadata(runbook: Runbook, context: Context) -> Found:
    """A value of the front matter is not of its kind, or a key is unknown.

    ## Why is this bad?

    The value counts as absent. A misspelled `alert:` is an empty list of
    alerts, and nobody notices until the page comes.

    ## Bad

    ````markdown
    ---
    format: runbook/v1
    title: Checkout fails
    service: checkout
    owner: team-shop
    severity: page
    alerts: [CheckoutErrorsHigh]
    reviewed: last week
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

    RB311, for inputs that contradict themselves.
    """
    for problem in runbook.problems:
        if problem.kind == "invalid-metadata":
            yield Problem(problem.span, problem.message)

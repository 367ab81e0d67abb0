"""AL101."""

from __future__ import annotations

from runbookkit.lint.context import Context, Handbook
from runbookkit.lint.contract import contracts_of
from runbookkit.lint.rule import Found, Problem, handbook_rule

_QUIET = frozenset({"info", "none"})


@handbook_rule("AL101", level="error", since="0.1.0")
def alert_without_runbook(handbook: Handbook, context: Context) -> Found:
    """An alert rule names no runbook.

    ## Why is this bad?

    Whoever is paged has an alert's name and nothing to do. They search the
    wiki, ask around, or guess.

    An alert whose `severity` is `info` or `none` wakes nobody; there the
    finding is a warning.

    ## Bad

    ````yaml
    groups:
      - name: checkout
        rules:
          - alert: CheckoutErrorsHigh
            expr: job:http_errors:ratio_rate5m{job="checkout"} > 0.01
            for: 5m
            labels:
              severity: page
            annotations:
              summary: more than 1 % of the checkout requests fail
    ````

    ## Good

    ````yaml
    groups:
      - name: checkout
        rules:
          - alert: CheckoutErrorsHigh
            expr: job:http_errors:ratio_rate5m{job="checkout"} > 0.01
            for: 5m
            labels:
              severity: page
            annotations:
              summary: more than 1 % of the checkout requests fail
              runbook_url: https://runbooks.example.com/checkout-fails
    ````

    ````markdown file=checkout-fails.md
    ## Meaning

    `CheckoutErrorsHigh`: for 5 minutes more than 1 % of the checkout requests have failed.
    ````

    ## Options

    `runbook_annotations` under `[lint]` lists the annotations that may hold the
    address.
    """
    keys = context.options.runbook_annotations
    for contract in contracts_of(handbook, context).linted():
        if not contract.address:
            quiet = contract.rule.labels.get("severity", "").lower() in _QUIET
            yield Problem(
                contract.span,
                f"alert {contract.rule.name!r} names no runbook; add"
                f" a `{keys[0] if keys else 'runbook_url'}` annotation",
                level="warning" if quiet else "error",
                path=contract.path,
            )

"""AL109."""

from __future__ import annotations

from runbookkit.lint.context import Context, Handbook
from runbookkit.lint.contract import contracts_of
from runbookkit.lint.near import hint
from runbookkit.lint.rule import Found, Problem, handbook_rule


@handbook_rule("AL109", level="error", since="0.1.0")
def unknown_alert(handbook: Handbook, context: Context) -> Found:
    """A runbook is for an alert that no rule defines.

    ## Why is this bad?

    The alert was renamed or removed. The runbook looks alive, is reviewed and
    counted, and can never be needed; the renamed alert has none.

    Nothing is reported when no rule file is known.

    ## Bad

    ````yaml
    groups:
      - name: checkout
        rules:
          - alert: CheckoutErrorRateHigh
            expr: job:http_errors:ratio_rate5m{job="checkout"} > 0.01
            for: 5m
            labels:
              severity: page
            annotations:
              runbook_url: https://runbooks.example.com/checkout-fails
    ````

    ````markdown file=checkout-fails.md
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
              runbook_url: https://runbooks.example.com/checkout-fails
    ````

    ````markdown file=checkout-fails.md
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

    `rules` under `[lint]` names folders of rule files that are known even when
    only runbooks are linted.
    """
    contracts = contracts_of(handbook, context)
    if not contracts.all:
        return
    for page in handbook.files.values():
        for alert in page.alerts if page.declared else ():
            if alert.name not in contracts.by_alert:
                yield Problem(
                    alert.span,
                    f"no rule defines alert {alert.name!r}"
                    f"{hint(alert.name, contracts.by_alert)}; rename it or remove it",
                    path=page.path,
                )

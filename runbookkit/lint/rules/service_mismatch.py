"""AL106."""

from __future__ import annotations

from runbookkit.lint.addresses import templated
from runbookkit.lint.context import Context, Handbook
from runbookkit.lint.contract import contracts_of, names_alert
from runbookkit.lint.rule import CouldNotCheck, Found, Problem, handbook_rule
from runbookkit.model.finding import Related


@handbook_rule("AL106", level="error", since="0.1.0")
def service_mismatch(handbook: Handbook, context: Context) -> Found:
    """An alert and its runbook are about different services.

    ## Why is this bad?

    Incidents are grouped, routed and counted by service. With two names the
    page goes to one team and the budget is spent on another's account.

    An alert without a `service` label is not compared.

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
              service: cart
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
              service: checkout
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
    """
    for contract in contracts_of(handbook, context).linted():
        rule = contract.rule
        mine = rule.labels.get("service", "").strip()
        span = rule.places.get("labels.service", rule.span)
        for page in contract.pages if mine else ():
            theirs = page.service
            if theirs is None or not names_alert(page, rule.name):
                continue
            if templated(mine):
                reason = f"service {mine!r} is a template"
                yield CouldNotCheck(span, reason, contract.path)
            elif theirs.name.strip() != mine:
                yield Problem(
                    span,
                    f"alert {rule.name!r} is about service {mine!r}, its runbook about"
                    f" {theirs.name!r}; make them equal",
                    path=contract.path,
                    related=(
                        Related(page.path, theirs.span.line, f"says {theirs.name!r}"),
                    ),
                )

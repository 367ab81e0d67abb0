"""AL105."""

from __future__ import annotations

from runbookkit.lint.addresses import templated
from runbookkit.lint.context import Context, Handbook
from runbookkit.lint.contract import contracts_of, names_alert
from runbookkit.lint.rule import CouldNotCheck, Found, Problem, handbook_rule
from runbookkit.model.finding import Related

_SAME = {"critical": "page", "warning": "ticket"}


@handbook_rule("AL105", level="error", since="0.1.0")
def severity_mismatch(handbook: Handbook, context: Context) -> Found:
    """An alert and its runbook differ in severity.

    ## Why is this bad?

    The rule wakes somebody, the runbook says that it can wait until morning.
    One of them is wrong, and at 3 a.m. nobody knows which.

    The usual pairs count as equal: `critical` and `page`, `warning` and
    `ticket`. Of several rules with one name, one has to agree.

    ## Bad

    ````yaml
    groups:
      - name: checkout
        rules:
          - alert: CheckoutErrorsHigh
            expr: job:http_errors:ratio_rate5m{job="checkout"} > 0.01
            for: 5m
            labels:
              severity: ticket
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
    """
    contracts = contracts_of(handbook, context)
    for contract in contracts.linted():
        rule = contract.rule
        mine = rule.labels.get("severity", "")
        span = rule.places.get("labels.severity", rule.span)
        among = {
            _plain(each.labels.get("severity", ""))
            for each in contracts.namesakes(contract)
        }
        for page in contract.pages if mine else ():
            theirs = page.severity
            if theirs is None or not names_alert(page, rule.name):
                continue
            if templated(mine):
                reason = f"severity {mine!r} is a template"
                yield CouldNotCheck(span, reason, contract.path)
            elif _plain(theirs.name) not in among:
                yield Problem(
                    span,
                    f"alert {rule.name!r} has severity {mine!r}, its runbook"
                    f" {theirs.name!r}; make them equal",
                    path=contract.path,
                    related=(
                        Related(page.path, theirs.span.line, f"says {theirs.name!r}"),
                    ),
                )


def _plain(severity: str) -> str:
    word = severity.strip().lower()
    return _SAME.get(word, word)

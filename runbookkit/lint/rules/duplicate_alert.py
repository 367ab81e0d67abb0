"""AL114."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, rules_rule
from runbookkit.model.alertrule import AlertRule, RuleFile
from runbookkit.model.finding import Related


@rules_rule("AL114", level="warning", since="0.1.0")
def duplicate_alert(file: RuleFile, context: Context) -> Found:
    """An alert is defined twice, with the same labels and expression.

    ## Why is this bad?

    Both fire, and Alertmanager cannot tell them apart: whichever resolves
    first resolves the page. Whoever changes one of them forgets the other.

    ## Bad

    ````yaml
    groups:
      - name: checkout
        rules:
          - alert: CheckoutErrorsHigh
            expr: job:http_errors:ratio_rate5m{job="checkout"} > 0.01
            labels:
              severity: page
            annotations:
              runbook_url: https://runbooks.example.com/checkout-fails
          - alert: CheckoutErrorsHigh
            expr: job:http_errors:ratio_rate5m{job="checkout"} > 0.01
            for: 5m
            labels:
              severity: page
            annotations:
              runbook_url: https://runbooks.example.com/checkout-fails
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
    ## Meaning

    `CheckoutErrorsHigh`: for 5 minutes more than 1 % of the checkout requests have failed.
    ````
    """
    seen: dict[tuple[object, ...], AlertRule] = {}
    for rule in file.alerts:
        key = (rule.name, *sorted(rule.labels.items()), " ".join(rule.expr.split()))
        first = seen.setdefault(key, rule)
        if first is not rule:
            yield Problem(
                rule.span,
                f"alert {rule.name!r} is defined in line {first.span.line} with the same"
                " labels and expression; remove one",
                related=(Related(file.path, first.span.line, "defined first"),),
            )

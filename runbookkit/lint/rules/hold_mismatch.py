"""AL107."""

from __future__ import annotations

from runbookkit.lint.context import Context, Handbook
from runbookkit.lint.contract import contradictions
from runbookkit.lint.rule import Found, Problem, handbook_rule
from runbookkit.model.finding import Related


@handbook_rule("AL107", level="error", since="0.1.0")
def hold_mismatch(handbook: Handbook, context: Context) -> Found:
    """A runbook states another duration than the alert waits for.

    ## Why is this bad?

    "For 5 minutes" tells whoever is paged how long users have suffered
    already. When the rule waits for 20, the outage is four times as old as
    they think.

    A duration that is one of the expression's windows or thresholds
    contradicts nothing, and neither does a Meaning without any duration. In a
    page that declares no format the finding is a warning.

    ## Bad

    ````yaml
    groups:
      - name: checkout
        rules:
          - alert: CheckoutErrorsHigh
            expr: job:http_errors:ratio_rate2m{job="checkout"} > 0.01
            for: 20m
            labels:
              severity: page
            annotations:
              runbook_url: https://runbooks.example.com/checkout-fails
    ````

    ````markdown file=checkout-fails.md
    ## Meaning

    `CheckoutErrorsHigh`: for 5 minutes more than 1 % of the checkout requests have failed.
    ````

    ## Good

    ````yaml
    groups:
      - name: checkout
        rules:
          - alert: CheckoutErrorsHigh
            expr: job:http_errors:ratio_rate2m{job="checkout"} > 0.01
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

    ## See also

    `RB808` reports the same in the runbook when the rule file is not linted.
    """
    for contract, page, found in contradictions(handbook, context):
        if found.kind != "hold" or not contract.linted:
            continue
        rule = contract.rule
        yield Problem(
            rule.places.get("for", rule.span),
            f"the runbook of alert {rule.name!r} says {found.stated.text!r}, the rule has"
            f" {found.actual}; make them equal",
            level="error" if page.declared else "warning",
            path=contract.path,
            related=(
                Related(
                    page.path, found.stated.span.line, f"says {found.stated.text!r}"
                ),
            ),
        )

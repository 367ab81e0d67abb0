"""AL108."""

from __future__ import annotations

from runbookkit.lint.context import Context, Handbook
from runbookkit.lint.contract import contradictions
from runbookkit.lint.rule import Found, Problem, handbook_rule
from runbookkit.model.finding import Related


@handbook_rule("AL108", level="error", since="0.1.0")
def threshold_mismatch(handbook: Handbook, context: Context) -> Found:
    """A runbook states another threshold than the alert's expression.

    ## Why is this bad?

    Somebody raised the threshold and left the text. Whoever is paged reads
    "1 %", sees 3 % on the graph, and takes it for worse than it is.

    Units are compared, not digits: `1 %` is `0.01`, or `1` in an expression
    that computes percentages. A count without a unit gives a warning, and so
    does a page that declares no format.

    ## Bad

    ````yaml
    groups:
      - name: checkout
        rules:
          - alert: CheckoutErrorsHigh
            expr: job:http_errors:ratio_rate5m{job="checkout"} > 0.03
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

    ## See also

    `RB808` reports the same in the runbook when the rule file is not linted.
    """
    for contract, page, found in contradictions(handbook, context):
        if found.kind != "threshold" or not contract.linted:
            continue
        rule = contract.rule
        proven = page.declared and found.stated.dimension != "number"
        yield Problem(
            rule.places.get("expr", rule.span),
            f"the runbook of alert {rule.name!r} says {found.stated.text!r}, the"
            f" expression compares with {found.actual}; make them equal",
            level="error" if proven else "warning",
            path=contract.path,
            related=(
                Related(
                    page.path, found.stated.span.line, f"says {found.stated.text!r}"
                ),
            ),
        )

"""RB808."""

from __future__ import annotations

from runbookkit.lint.context import Context, Handbook
from runbookkit.lint.contract import contradictions
from runbookkit.lint.rule import Found, Problem, handbook_rule
from runbookkit.model.finding import Related


@handbook_rule("RB808", level="error", since="0.1.0")
def contradicted_alert(handbook: Handbook, context: Context) -> Found:
    """A runbook's Meaning states other numbers than the alert rule.

    ## Why is this bad?

    "For 5 minutes" tells whoever is paged how long users have suffered
    already. When the rule waits for 20, the outage is four times as old as
    they think.

    Compared are the duration with the rule's `for` and the threshold with the
    numbers of its expression, unit by unit. A Meaning that states no number
    contradicts nothing. When the rule file is linted too, the finding is
    `AL107` or `AL108`, at the rule.

    ## Bad

    ````yaml file=known/rules.yaml
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

    ````yaml file=known/rules.yaml
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

    `CheckoutErrorsHigh`: for 20 minutes more than 1 % of the checkout requests have failed.
    ````

    ## Options

    `rules` under `[lint]` names folders of rule files that are known even when
    only runbooks are linted.
    """
    told: set[tuple[str, object]] = set()
    for contract, page, found in contradictions(handbook, context):
        place = (page.path, found.stated.span)
        if contract.linted or page.path not in handbook.files or place in told:
            continue
        told.add(place)
        proven = page.declared and found.stated.dimension != "number"
        verb = "has" if found.kind == "hold" else "compares with"
        yield Problem(
            found.stated.span,
            f"the rule of alert {contract.rule.name!r} {verb} {found.actual}, not"
            f" {found.stated.text!r}; make them equal",
            level="error" if proven else "warning",
            path=page.path,
            related=(
                Related(contract.path, contract.rule.span.line, "the alert rule"),
            ),
        )

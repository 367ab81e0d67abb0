"""AL104."""

from __future__ import annotations

from runbookkit.lint.context import Context, Handbook
from runbookkit.lint.contract import Contract, Contracts, contracts_of, names_alert
from runbookkit.lint.facts import looks_like_alert
from runbookkit.lint.rule import Found, Problem, handbook_rule
from runbookkit.model.facts import Facts
from runbookkit.model.finding import Related


@handbook_rule("AL104", level="error", since="0.1.0")
def unnamed_alert(handbook: Handbook, context: Context) -> Found:
    """An alert leads to a runbook that does not name the alert.

    ## Why is this bad?

    Nobody knows whether this is the right page or a forgotten copy of another
    alert's link. Nor does the page's author know that this alert relies on it.

    A runbook that declares its format has to list the alert under `alerts:`.
    Any other page has to name it somewhere.

    ## Bad

    ````yaml
    groups:
      - name: checkout
        rules:
          - alert: CheckoutTooSlow
            expr: job:http_latency_seconds:p99_rate5m{job="checkout"} > 0.5
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
    """
    contracts = contracts_of(handbook, context)
    for contract in contracts.linted():
        page = contract.resolution.page
        if page is None or names_alert(page, contract.rule.name):
            continue
        if page.declared or looks_like_alert(contract.rule.name):
            yield _problem(contract, page, contracts)


def _problem(contract: Contract, page: Facts, contracts: Contracts) -> Problem:
    name = contract.rule.name
    others = contracts.claims.get(name, ())
    if others:
        owner, claim = others[0]
        cure = f"link {owner.path!r}, which claims it"
        related = (Related(owner.path, claim.span.line, f"claims {name!r}"),)
    else:
        where = "under `alerts:`" if page.declared else "there"
        cure = f"name it {where} or link its own page"
        line = page.headings[0].span.line if page.headings else 1
        related = (Related(page.path, line, f"does not name {name!r}"),)
    return Problem(
        contract.span,
        f"{page.path!r} does not name alert {name!r}; {cure}",
        path=contract.path,
        related=related,
    )

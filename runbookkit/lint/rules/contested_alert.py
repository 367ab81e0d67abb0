"""AL110."""

from __future__ import annotations

from runbookkit.lint.context import Context, Handbook
from runbookkit.lint.contract import Contract, contracts_of, names_alert
from runbookkit.lint.rule import Found, Problem, handbook_rule
from runbookkit.model.facts import Facts, Named
from runbookkit.model.finding import Related


@handbook_rule("AL110", level="warning", since="0.1.0")
def contested_alert(handbook: Handbook, context: Context) -> Found:
    """Two runbooks are for the same alert.

    ## Why is this bad?

    Whoever is paged gets the one that the rule links. Whoever searches may
    find the other, and the fix that was learnt last time went into one of them.

    ## Bad

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

    ````markdown file=checkout-errors.md
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

    ````markdown file=checkout-slow.md
    ---
    format: runbook/v1
    title: Checkout fails
    service: checkout
    owner: team-shop
    severity: page
    alerts: [CheckoutTooSlow]
    reviewed: 2026-11-01
    ---
    ````
    """
    contracts = contracts_of(handbook, context)
    for name, claims in contracts.claims.items():
        linked = _linked(contracts.by_alert.get(name, ()))
        for page, claim in claims:
            if page.path not in handbook.files:
                continue
            rival = next((each for each in claims if each[0] is not page), None)
            if rival is not None:
                yield _against(page, claim, rival[0].path, rival[1].span.line)
            elif linked is not None and linked is not page:
                line = linked.headings[0].span.line if linked.headings else 1
                yield _against(page, claim, linked.path, line)


def _linked(contracts: tuple[Contract, ...]) -> Facts | None:
    """Return the page that the rules lead to, if it is about their alert.

    One that does not name the alert is reported at the rule.
    """
    for contract in contracts:
        page = contract.resolution.page
        if page is not None and names_alert(page, contract.rule.name):
            return page
    return None


def _against(page: Facts, claim: Named, rival: str, line: int) -> Problem:
    return Problem(
        claim.span,
        f"{rival!r} is for alert {claim.name!r} as well; keep one runbook an alert",
        path=page.path,
        related=(Related(rival, line, f"is for {claim.name!r}"),),
    )

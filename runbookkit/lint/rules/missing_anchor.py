"""AL103."""

from __future__ import annotations

from collections.abc import Collection

from runbookkit.lint.addresses import templated
from runbookkit.lint.anchors import has_anchor
from runbookkit.lint.context import Context, Handbook
from runbookkit.lint.contract import Contract, contracts_of
from runbookkit.lint.near import hint
from runbookkit.lint.rule import CouldNotCheck, Found, Problem, handbook_rule


@handbook_rule("AL103", level="error", since="0.1.0")
def missing_anchor(handbook: Handbook, context: Context) -> Found:
    """The runbook address of an alert names a heading that its page does not have.

    ## Why is this bad?

    The page opens at its top. In a file with a heading for each of a hundred
    alerts, whoever is paged has to search for theirs.

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
              runbook_url: https://runbooks.example.com/checkout-fails#symptoms
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
              runbook_url: https://runbooks.example.com/checkout-fails#meaning
    ````

    ````markdown file=checkout-fails.md
    ## Meaning

    `CheckoutErrorsHigh`: for 5 minutes more than 1 % of the checkout requests have failed.
    ````
    """
    for contract in contracts_of(handbook, context).linted():
        fragment = contract.resolution.fragment
        if not fragment or not contract.known:
            continue
        anchors = _anchors(contract, handbook)
        if templated(fragment):
            reason = f"heading {fragment!r} is a template"
            yield CouldNotCheck(contract.span, reason, contract.path)
        elif anchors is not None and not has_anchor(fragment, anchors):
            yield Problem(
                contract.span,
                f"{contract.resolution.path!r} has no heading #{fragment}"
                f"{hint(fragment.lower(), anchors, cutoff=0.6)}; name one that it has",
                path=contract.path,
            )


def _anchors(contract: Contract, handbook: Handbook) -> Collection[str] | None:
    page = contract.resolution.page
    if page is not None:
        return page.anchors
    if handbook.outside is None:
        return None
    return handbook.outside.anchors(contract.resolution.path)

"""AL102."""

from __future__ import annotations

from runbookkit.lint.context import Context, Handbook
from runbookkit.lint.contract import Contract, contracts_of
from runbookkit.lint.rule import CouldNotCheck, Found, Problem, handbook_rule

_NO_HANDBOOK = (
    "no handbook is known; name its folder under [lint] handbook or on the command line"
)


@handbook_rule("AL102", level="error", since="0.1.0")
def missing_page(handbook: Handbook, context: Context) -> Found:
    r"""The runbook address of an alert leads to no page of the handbook.

    ## Why is this bad?

    The link in the page is the first thing that whoever is paged clicks. It
    answers 404.

    An address finds its page by the longest common ending of both:
    `https://runbooks.example.com/shop/checkout-fails` fits
    `docs/shop/checkout-fails.md`. Case, `.md`, `.html` and `index` do not count;
    a page in another folder of the same name does not fit.

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
              runbook_url: https://runbooks.example.com/checkout-is-down
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

    ## Options

    `urls` under `[lint]` maps addresses to paths where the ending does not
    decide: `url = "https://go.example.com/rb/(.+)"`, `path = "docs/\1.md"`.
    `handbook` names folders of pages that are known even when only rule files
    are linted.
    """
    contracts = contracts_of(handbook, context)
    told: set[str] = set()
    for contract in contracts.linted():
        resolution = contract.resolution
        if not contract.address or resolution.path:
            continue
        if resolution.unknown:
            reason = f"where the runbook is cannot be told: {resolution.unknown}"
            yield CouldNotCheck(contract.span, reason, contract.path)
        elif contracts.has_pages:
            yield _problem(contract)
        elif contract.path not in told:
            told.add(contract.path)
            yield CouldNotCheck(contract.span, _NO_HANDBOOK, contract.path)


def _problem(contract: Contract) -> Problem:
    near = contract.resolution.near
    elsewhere = f" (there is {near[0]!r})" if near else ""
    claimed = "" if near or not contract.pages else contract.pages[0].path
    cure = (
        f"link {claimed!r}, which claims it"
        if claimed
        else "write it or mend the address"
    )
    return Problem(
        contract.span,
        f"no page for alert {contract.rule.name!r} at {contract.address!r}{elsewhere};"
        f" {cure}",
        path=contract.path,
    )

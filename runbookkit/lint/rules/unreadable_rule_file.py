"""AL111."""

from __future__ import annotations

import re

from runbookkit.lint.context import Context
from runbookkit.lint.rule import CouldNotCheck, Found, Problem, rules_rule
from runbookkit.model.alertrule import RuleFile

# Outside quotes and annotations only a generator writes these.
_TEMPLATE = re.compile(r"^\s*(?:- )?\{[{%]|\{\{-|-\}\}|\{%-?\s|\{\{\s*\.Values")
# What Prometheus takes: whole numbers, each unit once, the longest first.
_DURATION = re.compile(
    r"0|(?=\d)(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?"
)


@rules_rule("AL111", level="error", since="0.1.0")
def unreadable_rule_file(file: RuleFile, context: Context) -> Found:
    """A rule file, or a rule in it, cannot be read.

    ## Why is this bad?

    Prometheus refuses the whole file, and with it every alert that it holds.
    On a reload it keeps the old rules and says so only in a metric.

    ## Bad

    ````yaml
    groups:
      - name: checkout
        rules:
          - alert: CheckoutErrorsHigh
            expr: job:http_errors:ratio_rate5m{job="checkout"} > 0.01
            annotations:
              summary: checkout: more than 1 % of the requests fail
    ````

    ## Good

    ````yaml
    groups:
      - name: checkout
        rules:
          - alert: CheckoutErrorsHigh
            expr: job:http_errors:ratio_rate5m{job="checkout"} > 0.01
            for: 5m
            annotations:
              summary: "checkout: more than 1 % of the requests fail"
              runbook_url: https://runbooks.example.com/checkout-fails
    ````

    ````markdown file=checkout-fails.md
    ## Meaning

    `CheckoutErrorsHigh`: for 5 minutes more than 1 % of the checkout requests have failed.
    ````
    """
    if file.problems and any(_TEMPLATE.search(line) for line in file.lines):
        reason = "the file is a template; lint what it renders to"
        yield CouldNotCheck(file.problems[0].span, reason)
        return
    for problem in file.problems:
        yield Problem(problem.span, f"{problem.message}; mend the YAML")
    for rule in file.alerts:
        if rule.hold and not (_DURATION.fullmatch(rule.hold) or "{" in rule.hold):
            yield Problem(
                rule.places.get("for", rule.span),
                f"rule {rule.name!r} waits for {rule.hold!r}, which is no duration;"
                " write it as 30s or 10m",
            )

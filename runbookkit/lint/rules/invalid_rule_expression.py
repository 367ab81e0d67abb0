"""AL112."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runbookkit.lint.context import Context
from runbookkit.lint.rule import CouldNotCheck, Found, Outcome, Problem, rules_rule
from runbookkit.model.alertrule import RuleFile
from runbookkit.model.span import Span
from runbookkit.queries.language import Language, QueryProblem
from runbookkit.queries.registry import language_of

# Helm, Jsonnet, Ansible, Grafana: not an expression yet.
_TEMPLATE = re.compile(r"\{\{|\{%|\[\[|\$\{|\$__|%\(\w+\)|%[sd]\b|<<|\$\._config")


@rules_rule("AL112", level="error", since="0.1.0")
def invalid_rule_expression(file: RuleFile, context: Context) -> Found:
    """The expression of a rule does not parse.

    ## Why is this bad?

    Prometheus and Loki refuse the whole file, and keep the old rules without
    telling anybody but a metric.

    ## Bad

    ````yaml
    groups:
      - name: checkout
        rules:
          - alert: CheckoutErrorsHigh
            expr: sum(rate(http_requests_total{code=~"5.."}[5m]) > 1
            annotations:
              runbook_url: https://runbooks.example.com/checkout-fails
    ````

    ## Good

    ````yaml
    groups:
      - name: checkout
        rules:
          - alert: CheckoutErrorsHigh
            expr: sum(rate(http_requests_total{code=~"5.."}[5m])) > 1
            annotations:
              runbook_url: https://runbooks.example.com/checkout-fails
    ````

    ````markdown file=checkout-fails.md
    ## Meaning

    `CheckoutErrorsHigh`: for 5 minutes more than 1 checkout request per second has failed.
    ````

    ## Options

    `versions` under `[lint]` names the servers' versions; a newer function is
    an error for an older server.
    """
    language = language_of(file.language)
    if language is None:
        reason = f"nothing here reads {file.language}"
        yield CouldNotCheck(Span(1, 1, 1, 1), reason)
        return
    versions = context.options.versions
    version = versions.loki if file.language == "logql" else versions.prometheus
    for rule in file.alerts:
        span = rule.places.get("expr", rule.span)
        yield from _judge(rule.name, rule.expr, span, file, (language, version))
    for record in file.recordings:
        yield from _judge(
            record.name, record.expr, record.span, file, (language, version)
        )


def _judge(
    name: str,
    expr: str,
    span: Span,
    file: RuleFile,
    how: tuple[Language, str],
) -> Iterator[Outcome]:
    language, version = how
    if not expr.strip():
        yield Problem(span, f"rule {name!r} has no expression; add `expr:`")
    elif _TEMPLATE.search(expr):
        reason = f"the expression of {name!r} is a template; lint what it renders to"
        yield CouldNotCheck(span, reason)
    else:
        checked = language.check(expr, version)
        for problem in checked.problems:
            if problem.level == "error":
                message = f"rule {name!r}: {problem.message}; mend the expression"
                yield Problem(_place(expr, problem, span, file), message)
        if checked.unchecked:
            yield CouldNotCheck(span, checked.unchecked)


def _place(expr: str, problem: QueryProblem, span: Span, file: RuleFile) -> Span:
    """Return the place of a problem in the YAML, or that of the whole value."""
    row = expr.count("\n", 0, problem.start)
    begin = expr.rfind("\n", 0, problem.start) + 1
    text = expr[begin:].split("\n", 1)[0]
    block = file.lines[span.line - 1][span.column - 1 : span.column] in {"|", ">"}
    line = span.line + row + block
    if not text or line > min(span.end_line, len(file.lines)):
        return span
    indent = file.lines[line - 1].find(text)
    if indent < 0:
        return span
    start = indent + problem.start - begin
    end = min(indent + problem.end - begin, indent + len(text))
    return Span(line, start + 1, line, max(end, start) + 1)

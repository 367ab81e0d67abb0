"""RB508."""

from __future__ import annotations

from collections.abc import Iterator

from runbookkit.lint.bindings import bindings
from runbookkit.lint.context import Context
from runbookkit.lint.results import Expression, expressions, names_in_scope, result_kind
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook
from runbookkit.queries.cel import check_expression


@runbook_rule("RB508", level="error", since="0.1.0", needs="format")
def invalid_capture(runbook: Runbook, context: Context) -> Found:
    """A capture cannot be taken from the step's answer.

    ## Why is this bad?

    Every later step that writes `{{ name }}` ends in an error. A capture is
    one value, such as a label or a number, that an expression takes from the
    answer.

    ## Bad

    ````markdown
    ### Find the pod that fails most

    **In Prometheus**, at most 1 series:

    ```promql
    topk(1, sum by (pod) (rate(http_requests_total{code=~"5.."}[5m])))
    ```

    **Expect:** one pod fails most: `series.size() == 1`

    **Capture:** `pod` = `series[0].label.pod`

    - **Met:** continue
    - **Not met:** escalate

    ### Does it restart?

    **Ask:** Does `{{ pod }}` restart again and again?

    - **Yes:** continue
    - **No:** escalate
    ````

    ## Good

    ````markdown
    ### Find the pod that fails most

    **In Prometheus**, at most 1 series:

    ```promql
    topk(1, sum by (pod) (rate(http_requests_total{code=~"5.."}[5m])))
    ```

    **Expect:** one pod fails most: `series.size() == 1`

    **Capture:** `pod` = `series[0].labels.pod`

    - **Met:** continue
    - **Not met:** escalate

    ### Does it restart?

    **Ask:** Does `{{ pod }}` restart again and again?

    - **Yes:** continue
    - **No:** escalate
    ````
    """
    for problem in runbook.problems:
        if problem.kind == "unreadable-capture":
            yield Problem(problem.span, problem.message)
    if bindings(runbook).unreadable:
        return
    for each in expressions(runbook):
        if each.role == "capture":
            yield from _judge(each, runbook, context)


def _judge(each: Expression, runbook: Runbook, context: Context) -> Iterator[Problem]:
    if each.step.action is None or each.step.question is not None:
        yield Problem(
            each.source.span,
            f"step {each.step.title!r} runs nothing, so there is nothing to capture; add"
            " an action, or make the name an input",
        )
        return
    kind = result_kind(each.step, runbook, context)
    checked = check_expression(each.source.text, kind, names_in_scope(runbook))
    for found in checked.problems:
        span = each.source.span_of(found.start, found.end)
        yield Problem(span, found.message, level=found.level)
    if not checked.problems and checked.return_type.startswith(("LIST", "MAP")):
        yield Problem(
            each.source.span,
            "this is many values, and a capture is one; pick one with [0] and the name"
            " of a field",
        )

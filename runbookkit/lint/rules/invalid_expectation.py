"""RB507."""

from __future__ import annotations

from collections.abc import Iterator

from runbookkit.lint.bindings import bindings
from runbookkit.lint.context import Context
from runbookkit.lint.results import expressions, names_in_scope, result_kind
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook, Step
from runbookkit.queries.cel import check_expectation


@runbook_rule("RB507", level="error", since="0.1.0", needs="format")
def invalid_expectation(runbook: Runbook, context: Context) -> Found:
    """An expectation or a condition cannot be judged against the step's answer.

    ## Why is this bad?

    The query is sent, the answer comes, and the run ends in an error: the
    expression names something that this kind of answer does not have, or is
    neither true nor false.

    A step has one expectation, and an action that gives it an answer.

    ## Bad

    ````markdown
    ### Count the failed requests

    **In Prometheus**:

    ```promql
    sum(rate(http_requests_total{code=~"5.."}[5m]))
    ```

    **Expect:** fewer than 0.1 failed requests per second: `values < 0.1`

    - **Met:** stop
    - **Not met:** continue
    ````

    ## Good

    ````markdown
    ### Count the failed requests

    **In Prometheus**:

    ```promql
    sum(rate(http_requests_total{code=~"5.."}[5m]))
    ```

    **Expect:** fewer than 0.1 failed requests per second: `value < 0.1`

    - **Met:** stop
    - **Not met:** continue
    ````
    """
    for problem in runbook.problems:
        if problem.kind == "unreadable-expectation":
            yield Problem(problem.span, problem.message)
    for step in runbook.steps:
        yield from _misplaced(step)
    if bindings(runbook).unreadable:
        return
    names = names_in_scope(runbook)
    for each in expressions(runbook):
        if each.role == "capture" or each.step.action is None:
            continue
        kind = result_kind(each.step, runbook, context)
        for found in check_expectation(each.source.text, kind, names).problems:
            span = each.source.span_of(found.start, found.end)
            yield Problem(span, found.message, level=found.level)


def _misplaced(step: Step) -> Iterator[Problem]:
    if step.expect is not None and step.action is None:
        yield Problem(
            step.expect.span,
            f"step {step.title!r} runs nothing, so there is no answer to judge; add an"
            " action, or ask with `**Ask:**`",
        )
    elif step.expect is not None and step.question is not None:
        yield Problem(
            step.expect.span,
            f"step {step.title!r} asks a person, and a question runs nothing; put the"
            " action and this into a step of their own",
        )
    for extra in step.expectations[1:]:
        yield Problem(
            extra.span,
            f"step {step.title!r} has an expectation already; join them with &&, or"
            " make two steps",
        )

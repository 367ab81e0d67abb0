"""What the expressions of a step see: the kind of its answer, and the names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from runbookkit.lint.bindings import ALERT, bindings
from runbookkit.lint.context import Context
from runbookkit.lint.query_blocks import Query, queries
from runbookkit.model.answer import ResultKind
from runbookkit.model.runbook import SHELL_FENCES, Runbook, Step
from runbookkit.model.span import Located

_METRICS: Final = frozenset({"promql", "logql", "traceql"})


@dataclass(frozen=True, slots=True)
class Expression:
    """One CEL expression of a step."""

    role: Literal["expectation", "capture", "condition"]
    source: Located
    step: Step


def expressions(runbook: Runbook) -> Iterator[Expression]:
    """Yield the expressions of all steps, in the order of their roles."""
    for step in runbook.steps:
        for expectation in step.expectations:
            yield Expression("expectation", expectation.expression, step)
        for capture in step.captures:
            yield Expression("capture", capture.expression, step)
        for branch in step.branches:
            if branch.condition is not None:
                yield Expression("condition", branch.condition, step)


def query_of(step: Step, runbook: Runbook) -> Query | None:
    """Return the query that a step runs, if it runs one."""
    if step.action is None:
        return None
    code = step.action.code
    return next((each for each in queries(runbook) if each.block is code), None)


def result_kind(step: Step, runbook: Runbook, context: Context) -> ResultKind | None:
    """Return the kind of a step's answer; none when that cannot be told.

    A metric query answers with a range when its lead line gives a window, and
    with an instant otherwise.
    """
    if step.action is not None and step.action.language in SHELL_FENCES:
        return "shell"
    query = query_of(step, runbook)
    if query is None:
        return None
    if query.language.name == "bpftrace":
        return "bpftrace"
    checked = query.check(context.options.versions)
    if checked.kind is None and query.language.name in _METRICS:
        broken = any(problem.level == "error" for problem in checked.problems)
        if not broken or query.language.name == "promql":
            return "range" if query.lead and query.lead.window else "instant"
    return checked.kind


def names_in_scope(runbook: Runbook) -> frozenset[str]:
    """Return the names that expressions may use besides those of the answer."""
    bound = bindings(runbook)
    return ALERT | bound.inputs | frozenset(bound.captured)

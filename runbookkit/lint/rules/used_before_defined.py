"""RB302."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runbookkit.lint.bindings import Bindings, bindings
from runbookkit.lint.commands import programs
from runbookkit.lint.context import Context
from runbookkit.lint.foreign import first_assignments
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.lint.uses import Role, Use, uses
from runbookkit.model.runbook import Runbook, Step
from runbookkit.queries.shell_variables import PREDEFINED, used


@runbook_rule("RB302", level="error", since="0.1.0", needs="nothing")
def used_before_defined(runbook: Runbook, context: Context) -> Found:
    """A name is used where it may not have a value yet.

    ## Why is this bad?

    On the path that was not thought of, the command runs without its value, or
    the run ends there.

    A capture has a value after its step was met. Every path to a step that
    uses it has to lead through there.

    ## Bad

    ````markdown
    ### Find the pod that fails most

    **In Prometheus**, at most 1 series:

    ```promql
    topk(1, sum by (pod) (rate(http_requests_total{code=~"5.."}[5m])))
    ```

    **Expect:** one pod fails most: `series.size() == 1`

    **Capture:** `pod` = `series[0].labels.pod`

    - **Met:** continue
    - **Not met:** go to [Read its log](#read-its-log)

    ### Read its log

    **In a shell**, within 15s:

    ```bash
    kubectl -n shop logs {{ pod }} --since=5m
    ```

    **Reads only**

    **Expect:** the log can be read: `exit_code == 0`

    - **Met:** continue
    - **Not met:** escalate
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

    ### Read its log

    **In a shell**, within 15s:

    ```bash
    kubectl -n shop logs {{ pod }} --since=5m
    ```

    **Reads only**

    **Expect:** the log can be read: `exit_code == 0`

    - **Met:** continue
    - **Not met:** escalate
    ````
    """
    if runbook.declared:
        yield from _unbound(runbook)
    else:
        yield from _in_draft(runbook)


def _unbound(runbook: Runbook) -> Iterator[Problem]:
    bound = bindings(runbook)
    first = runbook.steps[0].span.line if runbook.steps else 0
    for use in (*uses(runbook), *_in_expressions(runbook)):
        # Behind the steps, as in Escalation, a person puts the value in.
        if not use.name or (use.step is None and use.span.line > first):
            continue
        own = use.role in {"rollback", "condition"}
        state = bound.state(use.name, use.step, own=own)
        if state == "elsewhere":
            yield Problem(use.span, _too_early(bound, use.name))
        elif state == "sometimes" and use.step is not None:
            yield Problem(use.span, _skipped(bound, use.name, use.step))


def _in_expressions(runbook: Runbook) -> Iterator[Use]:
    # only declared runbooks have expressions, and only they pay for reading them
    from runbookkit.lint.results import expressions  # noqa: PLC0415
    from runbookkit.queries.cel import names_used  # noqa: PLC0415

    captured = bindings(runbook).captured
    for each in expressions(runbook):
        text = each.source.text
        for name in names_used(text) if captured else ():
            at = re.search(rf"(?<![\w.]){name}\b", text)
            if name in captured and at is not None:
                span = each.source.span_of(*at.span())
                role: Role = "condition" if each.role == "condition" else "expression"
                yield Use(name, span, role, each.step)


def _too_early(bound: Bindings, name: str) -> str:
    step = bound.graph.steps[bound.captured[name][0]]
    return (
        f"{name!r} has no value here; it is captured when step {step.title!r} is met,"
        " so use it after that"
    )


def _skipped(bound: Bindings, name: str, step: Step) -> str:
    capturing = bound.graph.steps[bound.captured[name][0]].title
    path = bound.way_without(name, step)
    if not path:
        return f"{name!r} has a value only after step {capturing!r}; go through there"
    last = next(
        (edge for edge in path if edge.source in bound.captured[name]), path[-1]
    )
    source = bound.graph.steps[last.source].title
    return (
        f"{name!r} may have no value: {last.title!r} of step {source!r} leads here"
        f" without the capture of {capturing!r}; go through there, or use it elsewhere"
    )


def _in_draft(runbook: Runbook) -> Iterator[Problem]:
    first = first_assignments(runbook)
    if not first:
        return
    seen = set(PREDEFINED)
    for number, program in enumerate(programs(runbook)):
        for variable in used(program.text) if "$" in program.text else ():
            if variable.name in seen or variable.defaulted:
                continue
            seen.add(variable.name)
            if first.get(variable.name, number) > number:
                later = programs(runbook)[first[variable.name]]
                yield Problem(
                    program.source.span_of(variable.start, variable.end),
                    f"${variable.name} is set only in line {later.place.line}; set it"
                    " before its first use",
                    level="warning",
                )

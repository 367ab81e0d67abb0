"""RB403."""

from __future__ import annotations

from collections.abc import Iterator

from runbookkit.lint.context import Context
from runbookkit.lint.flow import end_of_step, half_read
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.finding import Edit, Fix
from runbookkit.model.runbook import Runbook, Step
from runbookkit.queries.cel import overlap


@runbook_rule("RB403", level="error", since="0.1.0", needs="format")
def missing_branch(runbook: Runbook, context: Context) -> Found:
    """A step does not say where one of its outcomes leads.

    ## Why is this bad?

    The check fails, and the text says nothing. That is the moment for which
    the runbook was written.

    *Met* without a branch goes on to the next step. *Not met* has to be told
    where to go, a question has to offer at least two choices, and conditions
    have to say what holds when none of them is true.

    ## Bad

    ````markdown
    ### Is the database reachable?

    **In Prometheus**:

    ```promql
    min(pg_up{service="checkout"})
    ```

    **Expect:** every instance answers: `value == 1.0`

    - **Met:** continue
    ````

    ## Good

    ````markdown
    ### Is the database reachable?

    **In Prometheus**:

    ```promql
    min(pg_up{service="checkout"})
    ```

    **Expect:** every instance answers: `value == 1.0`

    - **Met:** continue
    - **Not met:** escalate
    ````
    """
    unclear = half_read(runbook)
    for step in runbook.steps:
        if step.id not in unclear:
            yield from _missing(step)


def _missing(step: Step) -> Iterator[Problem]:
    if step.question is not None:
        choices = [branch for branch in step.branches if branch.kind == "choice"]
        if len(choices) < 2:
            yield Problem(
                step.question.span,
                f"the question of step {step.title!r} offers"
                f" {len(choices) or 'no'} choice{'s' * (not choices)}; add a bullet"
                " such as `- **Yes:** continue` for each answer",
            )
    elif step.expect is not None and step.branch("not met") is None:
        yield Problem(
            step.expect.span,
            f"step {step.title!r} does not say what to do when this does not hold;"
            " add `- **Not met:** escalate` or another way on",
            _fix(step),
        )
    elif step.branch("when") is not None and not step.expectations:
        yield from _without_default(step)


def _without_default(step: Step) -> Iterator[Problem]:
    last = [branch for branch in step.branches if branch.kind == "when"][-1]
    if step.branch("met") is None and not _leave_a_hole(step):
        yield Problem(
            last.span,
            f"step {step.title!r} does not say what to do when none of its conditions"
            " holds; add a branch `- **Met:** …` for all other answers",
        )


def _leave_a_hole(step: Step) -> bool:
    """Tell whether RB410 names a value that none of several conditions takes."""
    conditions = [each.condition.text for each in step.branches if each.condition]
    return len(conditions) > 1 and overlap(conditions) != ""


def _fix(step: Step) -> Fix:
    branch = "- **Not met:** escalate"
    gap = "\n" if step.branches else "\n\n"
    edit = Edit(end_of_step(step), f"{gap}{branch}")
    return Fix(f"add `{branch}`", (edit,), safe=False)

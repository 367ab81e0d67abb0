"""RB601."""

from __future__ import annotations

from collections.abc import Iterator

from runbookkit.lint.commands import Program, programs
from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import SHELL_FENCES, Runbook, Step
from runbookkit.queries.registry import language_of
from runbookkit.queries.shell_effects import changes


@runbook_rule("RB601", level="error", since="0.1.0", needs="format")
def unmarked_change(runbook: Runbook, context: Context) -> Found:
    """A shell step does not say truthfully whether it changes something.

    ## Why is this bad?

    Steps marked **Reads only** run unattended. One that changes something
    after all changes production while everybody believes that somebody is
    still looking. A step that says neither leaves the person on call to find
    out by reading its command.

    ## Bad

    ````markdown
    ### Look at the pods

    **In a shell**:

    ```bash
    kubectl -n shop rollout restart deploy/checkout
    ```

    **Reads only**

    **Expect:** `exit_code == 0`

    - **Not met:** escalate
    ````

    ## Good

    ````markdown
    ### Restart the checkout pods

    **In a shell**:

    ```bash
    kubectl -n shop rollout restart deploy/checkout
    ```

    **Changes:** the pods of one deployment restart one by one

    **Expect:** `exit_code == 0`

    **Rollback:** none, because a restart leaves the version as it is

    - **Not met:** escalate
    ````
    """
    shells = {id(p.step): p for p in programs(runbook) if p.role == "action" and p.step}
    for step in runbook.steps:
        if step.action is None:
            continue
        if step.action.language in SHELL_FENCES:
            program = shells.get(id(step))
            yield from _shell(step, program)
        else:
            yield from _query(step)


def _shell(step: Step, program: Program | None) -> Iterator[Problem]:
    if step.action is None:
        return
    if step.changes is None and step.reads_only is None:
        yield Problem(
            step.action.code.block,
            f"step {step.title!r} does not say whether it changes something; add"
            " `**Reads only**`, or `**Changes:**` and what it changes",
        )
    elif step.reads_only is not None and step.changes is not None:
        yield Problem(
            step.reads_only,
            f"step {step.title!r} says that it reads only and that it changes"
            " something; keep one of the two",
        )
    elif step.reads_only is not None and program is not None:
        for command in program.commands:
            reason = changes(command)
            if reason:
                yield Problem(
                    program.span_of(command),
                    f"{reason}, but the step says that it reads only; write"
                    " `**Changes:**` and a `**Rollback:**`",
                )


def _query(step: Step) -> Iterator[Problem]:
    language = language_of(step.action.language) if step.action else None
    if step.changes is not None and language is not None and language.reads:
        yield Problem(
            step.changes.span,
            f"{language.name} only reads, so step {step.title!r} changes nothing;"
            " remove this line",
            level="warning",
        )

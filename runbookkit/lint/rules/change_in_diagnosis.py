"""RB610."""

from __future__ import annotations

from collections.abc import Iterator

from runbookkit.lint.commands import Program, programs
from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook, Section
from runbookkit.queries.shell_effects import changes


@runbook_rule("RB610", level="error", since="0.1.0", needs="template")
def change_in_diagnosis(runbook: Runbook, context: Context) -> Found:
    """Something is changed in a section that only looks.

    ## Why is this bad?

    The reader follows a diagnosis without fear, and hands it to a machine.
    Looking must not break anything; a change belongs into the section for
    changes, behind the finding that calls for it.

    ## Bad

    ````markdown
    ## Diagnosis

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

    ## Good

    ````markdown
    ## Diagnosis

    ### Look at the checkout pods

    **In a shell**:

    ```bash
    kubectl -n shop get pods --selector app=checkout
    ```

    **Reads only**

    **Expect:** `exit_code == 0`

    - **Not met:** escalate
    ````
    """
    found = programs(runbook)
    for section in runbook.sections:
        known = context.template.section(section.title)
        if known is None or not known.reads_only:
            continue
        declared: set[str] = set()
        for step in section.steps:
            if step.changes is not None:
                declared.add(step.id)
                yield Problem(
                    step.span,
                    f"step {step.title!r} changes something, and {section.title!r} only"
                    " looks; move it to the section for changes",
                )
        for program in found:
            if program.section is section and not (
                program.step and program.step.id in declared
            ):
                yield from _changing(program, section)


def _changing(program: Program, section: Section) -> Iterator[Problem]:
    if program.role == "rollback":
        return
    for command in program.commands:
        reason = changes(command)
        if reason:
            yield Problem(
                program.span_of(command),
                f"{reason}, and {section.title!r} only looks; move it to the section"
                " for changes",
                level="warning" if program.role == "span" else None,
            )

"""RB204."""

from __future__ import annotations

from runbookkit.lint.commands import Program, programs
from runbookkit.lint.context import Context
from runbookkit.lint.fences import retag
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.document import Document
from runbookkit.model.finding import Edit, Fix
from runbookkit.model.runbook import SHELL_FENCES, Runbook


@runbook_rule("RB204", level="warning", since="0.1.0", needs="nothing")
def prompt_in_command(runbook: Runbook, context: Context) -> Found:
    """A block of shell commands shows the prompt.

    ## Why is this bad?

    Whoever copies the block pastes `$ kubectl …` and reads `$: command not
    found`. With answers between the commands, pasting runs the answers too. A
    terminal's text, answers included, belongs into a fence tagged `console`.

    ## Bad

    ````markdown
    ### Look at the nodes

    ```bash
    $ kubectl get nodes
    ```
    ````

    ## Good

    ````markdown
    ### Look at the nodes

    **In a shell**:

    ```bash
    kubectl get nodes
    ```

    **Reads only**

    **Expect:** `exit_code == 0`

    - **Not met:** escalate
    ````
    """
    for program in programs(runbook):
        block = program.block
        if block is None or block.language not in SHELL_FENCES:
            continue
        prompts = program.transcript.prompts
        if not prompts:
            continue
        start, end = prompts[0]
        mixed = program.transcript.answered
        cure = (
            "keep the commands alone, or tag the fence `console`"
            if mixed
            else "write the command alone"
        )
        yield Problem(
            program.source.span_of(start, max(end - 1, start + 1)),
            f"the prompt {program.source.text[start:end].strip()!r} is pasted along;"
            f" {cure}",
            _fix(program, runbook.document),
        )


def _fix(program: Program, document: Document) -> Fix | None:
    if not program.transcript.answered:
        edits = tuple(
            Edit(program.source.span_of(start, end), "")
            for start, end in program.transcript.prompts
        )
        return Fix("remove the prompts", edits)
    if program.block is None or program.role == "action":
        return None
    return retag(document, program.block, "console")

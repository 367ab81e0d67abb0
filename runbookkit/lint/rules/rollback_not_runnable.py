"""RB613."""

from __future__ import annotations

from collections.abc import Iterator

from runbookkit.lint.commands import sampled
from runbookkit.lint.context import Context
from runbookkit.lint.query_blocks import checked
from runbookkit.lint.rule import CouldNotCheck, Found, Outcome, Problem, runbook_rule
from runbookkit.lint.transcripts import read_transcript
from runbookkit.model.runbook import SHELL_FENCES, Rollback, Runbook
from runbookkit.model.span import Located


@runbook_rule("RB613", level="error", since="0.1.0", needs="format")
def rollback_not_runnable(runbook: Runbook, context: Context) -> Found:
    """The command of a rollback is not valid.

    ## Why is this bad?

    It is the one command that nobody tries before it is needed, and it is
    needed when the change has made things worse.

    ## Bad

    ````markdown
    ### Turn debug logging off

    **In a shell**:

    ```bash
    kubectl -n shop set env deploy/checkout LOG_LEVEL=info
    ```

    **Changes:** the log level of one deployment

    **Expect:** `exit_code == 0`

    **Rollback:** `kubectl -n shop set env deploy/checkout "LOG_LEVEL-`

    - **Not met:** escalate
    ````

    ## Good

    ````markdown
    ### Turn debug logging off

    **In a shell**:

    ```bash
    kubectl -n shop set env deploy/checkout LOG_LEVEL=info
    ```

    **Changes:** the log level of one deployment

    **Expect:** `exit_code == 0`

    **Rollback:** `kubectl -n shop set env deploy/checkout LOG_LEVEL-`

    - **Not met:** escalate
    ````
    """
    for step in runbook.steps:
        if step.rollback is not None and step.rollback.command is not None:
            yield from _judge(step.rollback, step.rollback.command)


def _judge(rollback: Rollback, command: Located) -> Iterator[Outcome]:
    if not command.text.strip():
        yield Problem(rollback.span, "this rollback is empty; write its command")
        return
    if rollback.language not in SHELL_FENCES:
        yield Problem(
            rollback.span,
            f"a rollback in {rollback.language or 'no language'!r} cannot be run; write"
            " a shell command, in a fence tagged `bash` or in a code span",
        )
        return
    transcript = read_transcript(command.text, rollback.language)
    text = sampled(transcript.text if transcript else command.text)
    result = checked("shell", text, "")
    for problem in result.problems:
        cure = "" if ";" in problem.message else "; correct it"
        yield Problem(
            command.span_of(problem.start, problem.end),
            f"this rollback is not valid: {problem.message}{cure}",
            level=problem.level,
        )
    if result.unchecked:
        yield CouldNotCheck(command.span, result.unchecked)

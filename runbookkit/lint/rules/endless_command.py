"""RB206."""

from __future__ import annotations

from collections.abc import Iterator

from runbookkit.lint.commands import Program, programs
from runbookkit.lint.context import Context
from runbookkit.lint.query_blocks import queries
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.finding import Edit, Fix
from runbookkit.model.runbook import Runbook
from runbookkit.queries.shell_commands import Command
from runbookkit.queries.shell_effects import never_ends


@runbook_rule("RB206", level="error", since="0.1.0", needs="nothing")
def endless_command(runbook: Runbook, context: Context) -> Found:
    """A command does not end by itself.

    ## Why is this bad?

    The step never has a result. A machine hangs until its time-out, and a
    person does not know for how long to look.

    ## Bad

    ````markdown
    ### Read the log

    ```bash
    kubectl -n shop logs -f deploy/checkout
    ```
    ````

    ## Good

    ````markdown
    ### Read the log

    **In a shell**:

    ```bash
    kubectl -n shop logs --since 15m deploy/checkout
    ```

    **Reads only**

    **Expect:** `exit_code == 0`

    - **Not met:** escalate
    ````

    ````markdown
    ### Count the system calls

    **With bpftrace**, for 10s:

    ```bpftrace
    tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }
    ```

    **Expect:** `lost_events == 0`

    - **Not met:** escalate
    ````
    """
    for program in programs(runbook):
        for command in program.commands:
            reason = never_ends(command)
            if reason and not program.only_mentions(command):
                yield Problem(
                    program.span_of(command),
                    f"{reason}; bound it, such as with `timeout 30`",
                    _fix(program, command),
                )
    yield from _traces(runbook, context)


def _fix(program: Program, command: Command) -> Fix | None:
    if command.assignments or command.within or command.endless:
        return None
    start = program.source.span_of(command.start, command.start)
    return Fix("end it after 30 seconds", (Edit(start, "timeout 30 "),), safe=False)


def _traces(runbook: Runbook, context: Context) -> Iterator[Problem]:
    for query in queries(runbook):
        if query.language.name != "bpftrace" or not query.is_action:
            continue
        if query.lead is not None and query.lead.run_time is not None:
            continue
        reason = query.check(context.options.versions).unbounded
        if reason:
            yield Problem(
                query.block.block,
                f"{reason}; write `for 30s` into the lead line, or call exit()",
            )

"""RB608."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runbookkit.lint.commands import Program, programs
from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.lint.wording import mentions
from runbookkit.model.runbook import Runbook
from runbookkit.queries.shell_arguments import has_option, operands
from runbookkit.queries.shell_commands import Command
from runbookkit.queries.shell_effects import has_dry_run

_TRIED: Final = re.compile(
    r"--dry-run|--simulate|\bdry[- ]run|\b(?:terraform|tofu|terragrunt)\s+plan\b"
    r"|\bhelmfile\s+diff\b|\bhelm\s+diff\b|\bkubectl\s+diff\b|\bpulumi\s+preview\b",
    re.IGNORECASE,
)

_HINTS: Final = frozenset({"dry", "simulate", "plan", "diff", "preview"})
# a trial of these says nothing that the command itself does not show
_PLAIN: Final = frozenset(
    {"annotate", "autoscale", "cordon", "expose", "label"}
    | {"run", "scale", "set", "taint", "uncordon"}
)


@runbook_rule("RB608", level="info", since="0.1.0", needs="nothing")
def unused_dry_run(runbook: Runbook, context: Context) -> Found:
    """A change could be tried first, and the page does not offer it.

    ## Why is this bad?

    A dry run costs a second and catches the typing error, the missing
    permission and the wrong cluster before they do harm.

    ## Bad

    ````markdown
    ### Apply the limits

    ```bash
    kubectl -n shop apply -f limits.yaml
    ```
    ````

    ## Good

    ````markdown
    ## Diagnosis

    ### Try the limits

    **In a shell**:

    ```bash
    kubectl -n shop apply -f limits.yaml --dry-run=server
    ```

    **Reads only**

    **Expect:** `exit_code == 0`

    - **Met:** go to [Apply the limits](#apply-the-limits)
    - **Not met:** escalate

    ## Mitigation

    ### Apply the limits

    **In a shell**:

    ```bash
    kubectl -n shop apply -f limits.yaml
    ```

    **Changes:** the limits of one deployment; its pods restart one by one

    **Expect:** `exit_code == 0`

    **Rollback:** `kubectl -n shop rollout undo deploy/checkout`

    - **Met:** continue
    - **Not met:** escalate
    ````
    """
    for program in programs(runbook):
        if program.role != "rollback":
            for problem in _untried(program):
                if not _is_offered(runbook, problem.span.end_line):
                    yield problem


def _is_offered(runbook: Runbook, line: int) -> bool:
    """Tell whether the page speaks of a trial up to a line."""
    document = runbook.document
    return mentions(document, _HINTS) and bool(
        _TRIED.search("\n".join(document.lines[:line]))
    )


def _untried(program: Program) -> Iterator[Problem]:
    for command in program.commands:
        reason = has_dry_run(command)
        if reason and not _is_plain(command):
            yield Problem(
                program.span_of(command),
                f"{reason}; offer that, so that it can be tried",
            )
            return


def _is_plain(command: Command) -> bool:
    if command.name not in {"k", "kubectl", "oc"}:
        return False
    act = next((word for word in operands(command) if word != "adm"), "")
    if act == "delete":
        return not has_option(command, "-l", "--selector", "-f", "--filename", "--all")
    return act in _PLAIN

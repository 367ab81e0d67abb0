"""RB208."""

from __future__ import annotations

import re
from typing import Final

from runbookkit.lint.commands import programs
from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.finding import Edit, Fix
from runbookkit.model.runbook import Runbook

_BROKEN: Final = re.compile(r"(?<!\\)(?:\\\\)*\\(?P<blank>[ \t]+)$", re.MULTILINE)


@runbook_rule("RB208", level="error", since="0.1.0", needs="nothing")
def broken_continuation(runbook: Runbook, context: Context) -> Found:
    r"""A command's line ends in a backslash with spaces behind it.

    ## Why is this bad?

    Nobody sees the spaces, and the line no longer continues: the first half of
    the command runs alone, then the second half as a command of its own.

    ## Bad

    ````markdown
    ### Look at the pods

    ```bash
    kubectl get pods \ 
      --namespace shop
    ```
    ````

    ## Good

    ````markdown
    ### Look at the pods

    **In a shell**:

    ```bash
    kubectl get pods \
      --namespace shop
    ```

    **Reads only**

    **Expect:** `exit_code == 0`

    - **Not met:** escalate
    ````
    """  # noqa: W291  the spaces are the point
    for program in programs(runbook):
        if "\\ " not in program.text and "\\\t" not in program.text:
            continue
        for match in _BROKEN.finditer(program.text):
            rest = program.text[match.end() :]
            if not rest.strip():
                continue
            blank = program.source.span_of(*match.span("blank"))
            yield Problem(
                program.source.span_of(match.start("blank") - 1, match.end()),
                "spaces behind this backslash break the command in two; remove them",
                Fix("remove the spaces", (Edit(blank, ""),)),
            )

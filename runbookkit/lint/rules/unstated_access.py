"""RB702."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runbookkit.lint.commands import Program, programs
from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.lint.tools import PRIVILEGED
from runbookkit.model.document import Heading, Html, Prose
from runbookkit.model.runbook import Runbook
from runbookkit.queries.shell_commands import Command

_ACCESS: Final = re.compile(
    r"\b(?:access|account|admin(?:istrator)?s?|authenticat\w+|authoriz\w+|bastion"
    r"|cluster-admin|credentials?|jump ?(?:host|box|server)|kubeconfig|log(?:ged)? ?in"
    r"|login|permissions?|pre-?requisites?|privileges?|privileged|rbac|roles?|root"
    r"|ssh key|sudoers?|superuser|vpn|as user)\b",
    re.IGNORECASE,
)


@runbook_rule("RB702", level="warning", since="0.1.0", needs="nothing")
def unstated_access(runbook: Runbook, context: Context) -> Found:
    """A command needs special access, and the page does not say which.

    ## Why is this bad?

    "Permission denied" comes at the third step, and then the search for
    somebody who may begins. One line at the top tells the reader whether to
    start at all.

    ## Bad

    ````markdown
    # CheckoutSlow

    ## Meaning

    Checkout answers slowly.

    ## Diagnosis

    Count the sessions:

    ```bash
    psql -h db.shop.internal -c 'SELECT count(*) FROM pg_stat_activity'
    ```
    ````

    ## Good

    ````markdown
    ## Meaning

    `CheckoutErrorsHigh`: for 5 minutes more than 1 % of the checkout requests
    have failed. You need psql and the role `reader` of the shop's database.

    ## Diagnosis

    ### Count the sessions

    **In a shell**:

    ```bash
    psql -h db.shop.internal -c 'SELECT count(*) FROM pg_stat_activity'
    ```

    **Reads only**

    **Expect:** `exit_code == 0`

    - **Not met:** escalate
    ````
    """
    if runbook.metadata.access:
        return
    first = next(_privileged(runbook), None)
    if first is None:
        return
    for block in runbook.document.blocks:
        if isinstance(block, (Heading, Html, Prose)) and _ACCESS.search(block.text):
            return
    program, command, name = first
    where = (
        "name it under `access:`"
        if runbook.declared
        else "say which role or login it takes"
    )
    yield Problem(
        program.span_of(command),
        f"`{name}` needs access that nothing here speaks of; {where}",
    )


def _privileged(runbook: Runbook) -> Iterator[tuple[Program, Command, str]]:
    for program in programs(runbook):
        if program.role == "span":
            continue
        for command in program.commands:
            if command.within:
                continue
            for name in (*command.prefixes, command.name):
                if name in PRIVILEGED:
                    yield program, command, name

"""RB606."""

from __future__ import annotations

from runbookkit.lint.commands import programs
from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook
from runbookkit.queries.shell_effects import remote_scripts


@runbook_rule("RB606", level="error", since="0.1.0", needs="nothing")
def remote_script(runbook: Runbook, context: Context) -> Found:
    """A command runs a script straight from the network.

    ## Why is this bad?

    Nobody has read what runs, it may be another script than yesterday's, and a
    connection that breaks off leaves half of it done.

    ## Bad

    ````markdown
    ### Collect the logs

    ```bash
    curl -s https://example.com/collect.sh | bash
    ```
    ````

    ## Good

    ````markdown
    ### Collect the logs

    **In a shell**:

    ```bash
    /opt/shop/bin/collect-logs --since 15m
    ```

    **Reads only**

    **Expect:** `exit_code == 0`

    - **Not met:** escalate
    ````
    """
    for program in programs(runbook):
        if "http" not in program.text and "curl" not in program.text:
            continue
        for command in remote_scripts(program.text):
            yield Problem(
                program.span_of(command),
                f"`{command.name}` runs what was just fetched from the network; keep"
                " the script in the repository, or check its sum before it runs",
            )

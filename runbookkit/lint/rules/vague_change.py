"""RB611."""

from __future__ import annotations

import re
from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook

_VAGUE: Final = re.compile(
    r"(?:(?:yes|no|none|n/?a|true|false|tbd|todo|something|things|stuff|some changes?"
    r"|changes?|production|prod|the system|see (?:above|below)|various|unknown|-+|\?+"
    r"|…|\.+)[\s.!]*)?",
    re.IGNORECASE,
)


@runbook_rule("RB611", level="warning", since="0.1.0", needs="format")
def vague_change(runbook: Runbook, context: Context) -> Found:
    """A `**Changes:**` line does not say what changes.

    ## Why is this bad?

    Whoever approves the step reads this line and nothing else. "Yes" asks for
    a signature under an empty page.

    ## Bad

    ````markdown
    ### Restart the checkout pods

    **In a shell**:

    ```bash
    kubectl -n shop rollout restart deploy/checkout
    ```

    **Changes:** yes

    **Expect:** `exit_code == 0`

    **Rollback:** none, because a restart leaves the version as it is

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
    for step in runbook.steps:
        if step.changes is not None and _VAGUE.fullmatch(step.changes.text):
            said = f"{step.changes.text!r} does not say" if step.changes.text else ""
            yield Problem(
                step.changes.span,
                f"{said or 'nothing here says'} what step {step.title!r} changes; name"
                " the thing and the effect",
            )

"""RB202."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.fences import guess_language, retag
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.document import CodeBlock
from runbookkit.model.runbook import Runbook


@runbook_rule("RB202", level="warning", since="0.1.0", needs="nothing")
def untagged_fence(runbook: Runbook, context: Context) -> Found:
    """A fence does not say which language it holds.

    ## Why is this bad?

    The reader has to guess whether it is to be pasted into a shell, asked of
    Prometheus, or only looked at. The runner does not guess: it takes the
    block for an illustration.

    ## Bad

    ````markdown
    ### Look at the nodes

    ```
    kubectl get nodes
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
    for block in runbook.document.blocks:
        if not isinstance(block, CodeBlock) or not block.fenced or block.info:
            continue
        if not block.text.strip():
            continue
        guess = guess_language(block.text)
        tag = guess or "bash, promql or text"
        yield Problem(
            block.block,
            f"this fence names no language; write {tag} behind its opening marks",
            retag(runbook.document, block, guess) if guess else None,
        )

"""RB904."""

from __future__ import annotations

import re

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.lint.sentences import instructions
from runbookkit.lint.wording import mentions, phrases
from runbookkit.model.runbook import Runbook

_DONE = frozenset({
    "restarted", "deleted", "removed", "stopped", "killed", "scaled", "drained",
    "disabled", "rebooted", "cordoned", "uncordoned", "reverted", "recreated",
    "replaced", "upgraded", "increased", "decreased", "reduced", "raised", "cleaned",
    "cleared", "restored", "patched", "paged", "contacted", "notified", "informed",
    "escalated", "opened", "filed", "checked", "investigated", "reviewed", "rolled",
})  # fmt: skip
_MODAL = re.compile(
    r"\b(?:should|must|needs? to|ha(?:s|ve) to|ought to) be (?:manually |immediately )?"
    r"(?:scaled(?: up| down)?|cleaned(?: up)?|rolled back"
    rf"|{'|'.join(sorted(_DONE - {'scaled', 'cleaned', 'rolled'}))})\b"
)
# "find the disks that need to be replaced", "the disk may need to be replaced"
_DESCRIBES = re.compile(r"\b(?:may|might|that|which|whether|if)\s\Z")


@runbook_rule("RB904", level="info", since="0.1.0", needs="nothing")
def modal_instead_of_imperative(runbook: Runbook, context: Context) -> Found:
    """An instruction is put as something that should be done.

    ## Why is this bad?

    "The pod should be restarted" may be an order, a hope, or a description of
    what the system does by itself. "Restart the pod" is an order.

    ## Bad

    ````markdown
    ### Bring the pod back

    The pod should be restarted.
    ````

    ## Good

    ````markdown
    ### Bring the pod back

    Restart the pod.
    ````
    """
    if not mentions(runbook.document, _DONE):
        return
    for phrase in phrases(instructions(runbook, context), _MODAL):
        if _DESCRIBES.search(phrase.before(8)):
            continue
        yield Problem(
            phrase.span,
            f"{phrase.said!r} does not say who does it; write an imperative",
        )

"""RB412."""

from __future__ import annotations

from collections.abc import Iterator

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Branch, Runbook, Step


@runbook_rule("RB412", level="error", since="0.1.0", needs="format")
def dead_branch(runbook: Runbook, context: Context) -> Found:
    """A branch is never taken.

    ## Why is this bad?

    Its author thinks the case is covered. It is not: an earlier branch of the
    same kind wins, or nothing in the step can have this outcome.

    ## Bad

    ````markdown
    ### Did a deploy precede the failures?

    **Ask:** Did the failures start within 15 minutes of a deploy?

    - **Yes:** continue
    - **No:** escalate
    - **Not met:** stop
    ````

    ## Good

    ````markdown
    ### Did a deploy precede the failures?

    **Ask:** Did the failures start within 15 minutes of a deploy?

    - **Yes:** continue
    - **No:** escalate
    - **Nobody knows:** continue
    ````
    """
    for step in runbook.steps:
        taken: set[tuple[str, str]] = set()
        for branch in step.branches:
            reason = next(_reasons(step, branch, taken), "")
            if reason:
                yield Problem(
                    branch.span,
                    f"branch {branch.label!r} is never taken: {reason}",
                )
            taken.add(_key(branch))


def _key(branch: Branch) -> tuple[str, str]:
    if branch.kind == "choice":
        return branch.kind, branch.label.casefold()
    return branch.kind, branch.condition.text.strip() if branch.condition else ""


def _reasons(step: Step, branch: Branch, taken: set[tuple[str, str]]) -> Iterator[str]:
    asked = step.question is not None
    if _key(branch) in taken:
        yield "an earlier branch says the same; remove one of them"
    elif asked and branch.kind != "choice":
        yield "a question is left by its choices alone; give the choice another name"
    elif branch.kind == "when" and step.action is None:
        yield "without an action there is no answer to judge; ask a question instead"
    elif branch.kind == "not met" and _only_captures(step):
        yield "the step expects nothing; add an `**Expect:**` line or remove it"


def _only_captures(step: Step) -> bool:
    # Without captures the expectation is missing, and that is what is reported.
    return bool(step.action and step.captures and not step.expectations)

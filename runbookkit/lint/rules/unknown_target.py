"""RB401."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.flow import link_of
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.document import Link
from runbookkit.model.finding import Edit, Fix
from runbookkit.model.runbook import Branch, Runbook, Step


@runbook_rule("RB401", level="error", since="0.1.0", needs="format")
def unknown_target(runbook: Runbook, context: Context) -> Found:
    """A branch goes to a step that is not there.

    ## Why is this bad?

    The branch is a dead end in the middle of an incident. Most often the
    step's heading was reworded and the link was not.

    ## Bad

    ````markdown
    ### Is the database reachable?

    **In Prometheus**:

    ```promql
    min(pg_up{service="checkout"})
    ```

    **Expect:** every instance answers: `value == 1.0`

    - **Met:** go to [Restart the pods](#restart-the-pods)
    - **Not met:** escalate
    ````

    ## Good

    ````markdown
    ### Is the database reachable?

    **In Prometheus**:

    ```promql
    min(pg_up{service="checkout"})
    ```

    **Expect:** every instance answers: `value == 1.0`

    - **Met:** go to [Restart the checkout pods](#restart-the-checkout-pods)
    - **Not met:** escalate
    ````
    """
    steps = {step.id: step for step in runbook.steps}
    for step in runbook.steps:
        for branch in step.branches:
            anchor = branch.target.anchor
            if branch.target.kind != "go to" or not anchor or anchor in steps:
                continue
            link = link_of(branch, runbook)
            named = _same_title(branch, runbook.steps)
            near = (named,) if named else _near(anchor, steps)
            yield Problem(
                link.span if link else branch.span,
                f"no step has the anchor {anchor!r}{_hint(anchor, near, runbook)}",
                _fix(link, near, safe=named is not None),
            )


def _same_title(branch: Branch, steps: tuple[Step, ...]) -> Step | None:
    title = branch.target.title.casefold()
    found = [step for step in steps if step.title.casefold() == title]
    return found[0] if len(found) == 1 else None


def _near(anchor: str, steps: dict[str, Step]) -> tuple[Step, ...]:
    import difflib  # noqa: PLC0415  only for the hint

    return tuple(
        steps[each] for each in difflib.get_close_matches(anchor, steps, 3, 0.6)
    )


def _hint(anchor: str, near: tuple[Step, ...], runbook: Runbook) -> str:
    if near:
        return "; did you mean " + " or ".join(f"#{step.id}" for step in near) + "?"
    if anchor in runbook.document.anchors:
        return ": that heading is not a step; go to a step"
    return "; go to one of the steps here, or say stop or escalate"


def _fix(link: Link | None, near: tuple[Step, ...], *, safe: bool) -> Fix | None:
    if link is None or len(near) != 1:
        return None
    step = near[0]
    edit = Edit(link.span, f"[{step.title}](#{step.id})")
    return Fix(f"go to [{step.title}](#{step.id})", (edit,), safe)

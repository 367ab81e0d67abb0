"""RB106."""

from __future__ import annotations

from collections.abc import Iterator

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.markdown.anchors import anchor_text, slug, split_explicit
from runbookkit.model.document import Heading
from runbookkit.model.runbook import Runbook
from runbookkit.model.template import Template


@runbook_rule("RB106", level="error", since="0.1.0", needs="template")
def duplicate_step(runbook: Runbook, context: Context) -> Found:
    """Two steps or headings of a page have one name.

    ## Why is this bad?

    "Go to *Check the pods*" leads to the first of the two, whichever was
    meant. The number that tells their anchors apart moves when a heading is
    added.

    Headings of level 4 and below may repeat.

    ## Bad

    ````markdown
    ## Diagnosis

    ### Check the pods

    **Ask:** Are all checkout pods ready?

    - **Yes:** continue
    - **No:** escalate

    ### Check the pods

    **Ask:** Are all payment pods ready?

    - **Yes:** continue
    - **No:** escalate
    ````

    ## Good

    ````markdown
    ## Diagnosis

    ### Check the checkout pods

    **Ask:** Are all checkout pods ready?

    - **Yes:** continue
    - **No:** escalate

    ### Check the payment pods

    **Ask:** Are all payment pods ready?

    - **Yes:** continue
    - **No:** escalate
    ````

    ## See also

    RB118, for a section that stands twice.
    """
    first: dict[str, int] = {}
    titles = {step.span: slug(step.title) for step in runbook.steps}
    for heading in _headings(runbook, context.template):
        text, explicit = split_explicit(heading.text)
        base = explicit or slug(anchor_text(" ".join(text.split())))
        names = {base, titles.get(heading.span, base)} - {""}
        known = next((first[name] for name in names if name in first), None)
        if known is not None:
            yield Problem(
                heading.span,
                f"heading {heading.title!r} stands twice, first in line {known}; give"
                " each a name of its own",
            )
        for name in names:
            first.setdefault(name, heading.span.line)


def _headings(runbook: Runbook, template: Template) -> Iterator[Heading]:
    """Yield headings that may be linked to, without repeated titles and sections."""
    seen: set[str] = set()
    for block in runbook.document.blocks:
        if not isinstance(block, Heading) or block.level > 3:
            continue
        section = template.section(block.title) if block.level == 2 else None
        name = section.title if section else "" if block.level > 1 else "#"
        if not name or name not in seen:
            yield block
        seen.add(name)

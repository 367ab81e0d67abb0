"""RB115."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, document_rule
from runbookkit.markdown.runbook import FORMAT
from runbookkit.model.document import Document, Heading
from runbookkit.model.template import Template

MAX_STEPS: Final = 200


@document_rule("RB115", level="error", since="0.1.0")
def oversized_document(document: Document, context: Context) -> Found:
    """A page is larger than 512 KiB, or a runbook has more than 200 steps.

    ## Why is this bad?

    Nobody reads that much at night. A page over the limit is not read by
    machines either, so nothing else is checked in it.

    ## Bad

    ````markdown
    ## Diagnosis

    … and 201 more such steps
    ````

    ## Good

    ````markdown
    ### Look at the failures

    **Ask:** Does the dashboard show failures?

    - **Yes:** continue
    - **No:** stop
    ````
    """
    for problem in document.problems:
        if problem.kind == "oversized-document":
            yield Problem(problem.span, problem.message)
    if document.format == FORMAT:
        steps = tuple(_steps(document, context.template))
        if len(steps) > MAX_STEPS:
            yield Problem(
                steps[MAX_STEPS].span,
                f"the runbook has {len(steps)} steps, and {MAX_STEPS} is the limit;"
                " split it",
            )


def _steps(document: Document, template: Template) -> Iterator[Heading]:
    holds = False
    for block in document.blocks:
        if isinstance(block, Heading) and block.level <= 2:
            section = template.section(block.title) if block.level == 2 else None
            holds = section is not None and section.holds_steps
        elif holds and isinstance(block, Heading) and block.level == 3:
            yield block

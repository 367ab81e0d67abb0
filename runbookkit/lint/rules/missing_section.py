"""RB102."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook


@runbook_rule("RB102", level="error", since="0.1.0", needs="template")
def missing_section(runbook: Runbook, context: Context) -> Found:
    """A section that the template requires is not there.

    ## Why is this bad?

    Whoever is paged knows where to look because every runbook has the same
    sections. Without *Mitigation* they know what burns, not what to do.

    ## Bad

    ````markdown
    ---
    format: runbook/v1
    title: LokiDown
    ---

    # LokiDown

    ## Meaning

    Loki answers no query.

    ## Impact

    Nobody sees logs.
    ````

    ## Good

    ````markdown
    ## Meaning

    Loki answers no query for 5 minutes.
    ````
    """
    present = {section.key for section in runbook.sections}
    title = runbook.document.title
    where = title.span if title else runbook.document.line_span(1)
    for section in context.template.sections:
        if section.required and section.title not in present:
            yield Problem(where, f"section {section.title!r} is missing; add it")

"""RB118."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook, Section


@runbook_rule("RB118", level="error", since="0.1.0", needs="template")
def repeated_section(runbook: Runbook, context: Context) -> Found:
    """A section of the template stands twice.

    ## Why is this bad?

    Readers stop at the first *Mitigation* and do not learn that there is
    another. Two names of one required section, such as *Impact* and
    *Consequences*, are a repeat as well.

    ## Bad

    ````markdown
    ## Impact

    Customers cannot pay.

    ## Consequences

    The finance team gets no data.
    ````

    ## Good

    ````markdown
    ## Impact

    Customers cannot pay, and the finance team gets no data.
    ````
    """
    required = {each.title for each in context.template.sections if each.required}
    first: dict[str, Section] = {}
    for section in runbook.sections:
        name = section.key if section.key in required else section.title.casefold()
        known = first.setdefault(name, section) if section.key else section
        if known is not section:
            named = "" if known.title == section.title else f" as {known.title!r}"
            yield Problem(
                section.span,
                f"section {section.title!r} stands twice, first{named} in line"
                f" {known.span.line}; merge them",
            )

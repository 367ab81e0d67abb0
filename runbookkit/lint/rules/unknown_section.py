"""RB114."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.near import nearest
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.finding import Edit, Fix
from runbookkit.model.runbook import Runbook, Section


@runbook_rule("RB114", level="warning", since="0.1.0", needs="format")
def unknown_section(runbook: Runbook, context: Context) -> Found:
    """A section is not one of the template's.

    ## Why is this bad?

    What stands in it is not looked for there. If its name is a slip, such as
    *Diagnoses*, its steps are no steps, and the runner passes them by.

    ## Bad

    ````markdown
    ## History

    The checkout failed twice in May.
    ````

    ## Good

    ````markdown
    ## Notes

    The checkout failed twice in May.
    ````

    ## See also

    RB119, for other names of a template's section.
    """
    names = {
        name.casefold(): section.title
        for section in context.template.sections
        for name in (section.title, *section.aliases)
    }
    for section in runbook.sections:
        if section.key:
            continue
        near = names.get(nearest(section.title.strip().casefold(), names), "")
        if near:
            advice = f"did you mean {near!r}?"
        else:
            titles = ", ".join(each.title for each in context.template.sections)
            advice = f"move its text into one of {titles}"
        yield Problem(
            section.span,
            f"the template has no section {section.title!r}; {advice}",
            _renamed(section, near),
        )


def _renamed(section: Section, title: str) -> Fix | None:
    if not title:
        return None
    return Fix(f"rename it to {title!r}", (Edit(section.span, title),), safe=False)

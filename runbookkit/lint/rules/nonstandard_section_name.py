"""RB119."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.markdown.anchors import slug
from runbookkit.model.finding import Edit, Fix
from runbookkit.model.runbook import Runbook, Section


@runbook_rule("RB119", level="warning", since="0.1.0", needs="format")
def nonstandard_section_name(runbook: Runbook, context: Context) -> Found:
    """A section has another name than the template gives it.

    ## Why is this bad?

    The template knows the name, so nothing is lost. But a reader looks for the
    word that all other runbooks use, and links into the page differ from
    runbook to runbook.

    The fix renames the heading. It counts as unsafe when a link on the page
    leads to the old name.

    ## Bad

    ````markdown
    ## References

    The design of the checkout.
    ````

    ## Good

    ````markdown
    ## Notes

    The design of the checkout.
    ````

    ## See also

    RB114, for names that the template does not know.
    """
    keys = [section.key for section in runbook.sections]
    for section in runbook.sections:
        if section.key and section.title != section.key:
            alone = keys.count(section.key) == 1
            yield Problem(
                section.span,
                f"section {section.title!r} is called {section.key!r} in the template;"
                " use that name",
                _renamed(runbook, section) if alone else None,
            )


def _renamed(runbook: Runbook, section: Section) -> Fix | None:
    line = runbook.document.lines[section.span.line - 1]
    if "{#" in line:
        return None  # the explicit id has to stay, and belongs to another flavour
    safe = slug(section.key) == section.anchor or not _is_linked(runbook, section)
    edit = Edit(section.span, section.key)
    return Fix(f"rename it to {section.key!r}", (edit,), safe=safe)


def _is_linked(runbook: Runbook, section: Section) -> bool:
    name = runbook.path.rpartition("/")[2]
    return any(
        fragment == section.anchor and (not path or path.rpartition("/")[2] == name)
        for path, _, fragment in (
            link.target.partition("#") for link in runbook.document.links
        )
    )

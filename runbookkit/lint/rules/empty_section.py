"""RB103."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.lint.stubs import guidance_in, has_content, placeholder_span
from runbookkit.model.document import Heading, Html
from runbookkit.model.runbook import Runbook


@runbook_rule("RB103", level="error", since="0.1.0", needs="template")
def empty_section(runbook: Runbook, context: Context) -> Found:
    """A section has a heading and nothing to read below it.

    ## Why is this bad?

    The table of contents promises an answer, and the paragraph that somebody
    came for says "TODO". Headings, comments and placeholders such as `TBD`,
    `N/A` or `<Insert measures here>` count as nothing, and so do the template's
    own words.

    ## Bad

    ````markdown
    ## Impact

    TODO: ask the shop team
    ````

    ## Good

    ````markdown
    ## Impact

    Customers cannot pay.
    ````
    """
    for section in runbook.sections:
        known = context.template.section(section.title)
        guidance = tuple(guidance_in(section.blocks, known))
        if has_content(each for each in section.blocks if each not in guidance):
            for prose in guidance:
                yield Problem(
                    prose.span,
                    f"section {section.title!r} still holds the template's own words;"
                    " delete them",
                )
            continue
        if not any(map(_is_visible, section.blocks)):
            said = "is empty"
        else:
            said = "only holds a place for text"
        advice = "write it" if known and known.required else "write it, or remove it"
        yield Problem(
            placeholder_span(section), f"section {section.title!r} {said}; {advice}"
        )


def _is_visible(block: object) -> bool:
    return not isinstance(block, (Heading, Html))

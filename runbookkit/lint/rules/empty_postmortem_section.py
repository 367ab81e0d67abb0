"""PM102."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, postmortem_rule
from runbookkit.lint.stubs import guidance_in, has_content, placeholder_span
from runbookkit.model.postmortem import Postmortem


@postmortem_rule("PM102", level="error", since="0.1.0")
def empty_postmortem_section(postmortem: Postmortem, context: Context) -> Found:
    """A section holds nothing, a placeholder, or the template's own words.

    ## Why is this bad?

    An empty section reads as "there was nothing to say", and is mostly "nobody
    got round to it". When there is nothing to say, one sentence says so:
    "Nobody knows how many customers gave up" is an honest entry.

    A section that has to hold a table is left to PM201.

    ## Bad

    ````markdown
    ## Where we got lucky

    To be written
    ````

    ## Good

    ````markdown
    ## Where we got lucky

    The release went out on a weekday morning, when few people shop.
    ````

    ## See also

    PM404, for single words that were left over.
    """
    for section in postmortem.sections:
        known = context.template.section(section.title)
        guidance = tuple(guidance_in(section.blocks, known))
        own = tuple(block for block in section.blocks if block not in guidance)
        if has_content(own):
            for prose in guidance:
                yield Problem(
                    prose.span,
                    f"section {section.title!r} still holds the template's own words;"
                    " delete them",
                )
        elif known is None or not known.columns:
            said = "only holds a place for text" if section.blocks else "is empty"
            yield Problem(
                placeholder_span(section),
                f"section {section.title!r} {said}; write it, or say in a sentence why"
                " there is nothing to say",
            )

"""RB117."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.document import Document, Heading
from runbookkit.model.finding import Edit, Fix
from runbookkit.model.runbook import Runbook
from runbookkit.model.span import Span


@runbook_rule("RB117", level="error", since="0.1.0", needs="template")
def missing_title(runbook: Runbook, context: Context) -> Found:
    """A page has no heading of level 1, or several.

    ## Why is this bad?

    The first line has to say which page this is. With two such headings it is
    two pages in one, and a link to the file leads to only one of them.

    ## Bad

    ````markdown
    ---
    format: runbook/v1
    title: Checkout fails
    ---

    # Checkout fails

    ## Meaning

    More than 1 % of the checkout requests have failed for 5 minutes.

    # Payment fails

    ## Impact

    Customers cannot pay.
    ````

    ## Good

    ````markdown
    ## Impact

    Customers cannot pay.
    ````
    """
    document = runbook.document
    titles = [
        block
        for block in document.blocks
        if isinstance(block, Heading) and block.level == 1
    ]
    keys = {key.name for key in context.template.keys}
    shown_elsewhere = "title" not in keys and bool(runbook.metadata.title)
    if not titles and not shown_elsewhere:
        yield Problem(
            document.line_span(_first_line(document)),
            "the page has no title; begin it with a `# ` heading",
            _titled(runbook),
        )
    for heading in titles[1:]:
        yield Problem(
            heading.span,
            f"{heading.title!r} is a second title, after line {titles[0].span.line};"
            " make it a `## ` section or another file",
        )


def _first_line(document: Document) -> int:
    return document.blocks[0].span.line if document.blocks else 1


def _titled(runbook: Runbook) -> Fix | None:
    front = runbook.document.front_matter
    title = runbook.metadata.title
    if front is None or not title or "\n" in title:
        return None
    line, column = front.span.end_line, front.span.end_column
    edit = Edit(Span(line, column, line, column), f"\n\n# {title}")
    return Fix(f"add the heading {title!r}", (edit,))

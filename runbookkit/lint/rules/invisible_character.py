"""RB907."""

from __future__ import annotations

from collections.abc import Iterator

from runbookkit.lint.context import Context
from runbookkit.lint.invisible import Invisible, invisible_in, is_clean, odd_spaces_in
from runbookkit.lint.rule import Found, Problem, document_rule
from runbookkit.markdown.inline import code_spans
from runbookkit.model.document import Document, Heading, Prose
from runbookkit.model.finding import Edit, Fix
from runbookkit.model.span import Span


@document_rule("RB907", level="error", since="0.1.0")
def invisible_character(document: Document, context: Context) -> Found:
    """The text holds a character that nobody can see.

    ## Why is this bad?

    The reader does not see what a shell, a query engine or a language model
    reads. A zero-width space breaks a command; a direction mark shows another
    command than the one that runs; tag characters spell whole sentences.

    Joiners inside emoji, and marks that Arabic, Hebrew or Indic text needs,
    are fine. Of spaces that only look like one, those in code spans count.

    ## Bad

    ````markdown
    ## Notes

    Compare `kubectl get pods` with the dash\u200bboard.
    ````

    ## Good

    ````markdown
    ## Notes

    Compare `kubectl get pods` with the dashboard.
    ````
    """
    lines = () if is_clean("\n".join(document.lines)) else document.lines
    for number, line in enumerate(lines, 1):
        for found in invisible_in(line):
            span = Span(number, found.start + 1, number, found.end + 1)
            yield _problem(found, span)
    for block in document.blocks:
        if isinstance(block, (Heading, Prose)) and not block.text.isascii():
            for found, span in _odd_spaces(block):
                yield _problem(found, span)


def _problem(found: Invisible, span: Span) -> Problem:
    if found.kind in {"space", "control"}:
        cure, text = "write a plain space", " "
    else:
        cure, text = "remove it", ""
    # what only hides can go; what orders or separates text may be meant
    safe = found.kind in {"zero-width", "tag", "variation"}
    message = f"invisible character {found.name}; {cure}"
    title = f"{cure} (U+{ord(found.text[0]):04X})"
    return Problem(span, message, Fix(title, (Edit(span, text),), safe))


def _odd_spaces(block: Heading | Prose) -> Iterator[tuple[Invisible, Span]]:
    for code in code_spans(block.text):
        for found in odd_spaces_in(code[2]):
            start = code.start(2) + found.start
            yield found, block.span_of(start, start + len(found.text))

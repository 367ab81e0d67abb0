"""RB110."""

from __future__ import annotations

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, document_rule
from runbookkit.model.document import Document


@document_rule("RB110", level="error", since="0.1.0")
def unreadable_front_matter(document: Document, context: Context) -> Found:
    """The front matter of a page is not YAML that can be read.

    ## Why is this bad?

    Owner, alerts and inputs are lost together, and the page counts as one
    without a format. Code-hosting pages show an error box in its place.

    YAML's anchors, aliases and merge keys are refused: a reader should not have
    to resolve them. Of two equal keys one is silently dropped.

    A page with `{{ }}` in its front matter that declares no format is taken for
    the template of some other tool and left alone.

    ## Bad

    ````markdown
    ---
    format: runbook/v1
    title: Checkout: it fails
    ---

    # Checkout: it fails
    ````

    ## Good

    ````markdown
    ---
    format: runbook/v1
    title: "Checkout fails"
    service: checkout
    owner: team-shop
    severity: page
    alerts: [CheckoutErrorsHigh]
    reviewed: 2026-11-01
    ---
    ````
    """
    for problem in document.problems:
        if problem.kind == "unreadable-front-matter" and not _is_template(document):
            yield Problem(problem.span, problem.message)


def _is_template(document: Document) -> bool:
    end = document.front_matter.span.end_line if document.front_matter else 1
    lines = document.lines[1:end]
    return any("{{" in line for line in lines) and not any(
        line.startswith("format:") for line in lines
    )

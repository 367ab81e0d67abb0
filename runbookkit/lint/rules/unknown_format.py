"""RB116."""

from __future__ import annotations

import re
from typing import Any, Final

from runbookkit.lint.context import Context
from runbookkit.lint.front import value_span
from runbookkit.lint.near import nearest
from runbookkit.lint.rule import Found, Problem, document_rule
from runbookkit.model.document import Document, Heading
from runbookkit.model.finding import Edit, Fix
from runbookkit.model.formats import POSTMORTEM, RUNBOOK
from runbookkit.model.template import Template

_KNOWN: Final = (RUNBOOK, POSTMORTEM)
_NEWER: Final = re.compile(r"/v(?!1$)\d")


@document_rule("RB116", level="error", since="0.1.0")
def unknown_format(document: Document, context: Context) -> Found:
    """A page declares a format that this version cannot read.

    ## Why is this bad?

    The page is not checked and not run. If the version is newer, this program
    is too old for it; if it is a slip, the page only looks like a runbook.

    Other tools use `format:` as well. A value such as `html` is only reported
    on a page that has a runbook's sections.

    ## Bad

    ````markdown
    ---
    format: runbook/v9
    title: Checkout fails
    ---

    # Checkout fails
    ````

    ## Good

    ````markdown
    ---
    format: runbook/v1
    title: Checkout fails
    service: checkout
    owner: team-shop
    severity: page
    alerts: [CheckoutErrorsHigh]
    reviewed: 2026-11-01
    ---
    ````
    """
    front = document.front_matter
    if front is None or "format" not in front.data or document.format in _KNOWN:
        return
    value = front.data["format"]
    if _means_us(value) or _has_sections(document, context.template):
        span = value_span(document, "format")
        newer = _NEWER.search(str(value))
        near = "" if newer else nearest(str(value).lower(), _KNOWN, cutoff=0.7)
        edits = (Edit(span, near),) if near and span.line == span.end_line else ()
        yield Problem(
            span,
            f"format {value!r} is unknown; this reader knows {RUNBOOK} and {POSTMORTEM}",
            Fix(f"declare {near}", edits, safe=False) if edits else None,
        )


def _means_us(value: Any) -> bool:
    words = value.lower() if isinstance(value, str) else ""
    return words.startswith(("runbook", "postmortem")) or "/v" in words


def _has_sections(document: Document, template: Template) -> bool:
    named = {
        section.title
        for block in document.blocks
        if isinstance(block, Heading) and block.level == 2
        if (section := template.section(block.title)) is not None
    }
    return len(named) >= 2

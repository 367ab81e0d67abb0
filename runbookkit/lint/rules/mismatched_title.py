"""RB101."""

from __future__ import annotations

import re
from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.front import value_span
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.markdown.anchors import plain_text
from runbookkit.model.document import Heading
from runbookkit.model.finding import Edit, Fix
from runbookkit.model.runbook import Runbook

_BETWEEN: Final = re.compile(r"[\W_]+")
_REMARK: Final = re.compile(r"\s*[\[(][^\[\]()]*[\])]\s*$")
_ALERT: Final = re.compile(r"[A-Za-z0-9]*[a-z0-9][A-Z][A-Za-z0-9]*")
_NO_ALERTS: Final = frozenset({"index", "readme", "example", "template"})


@runbook_rule("RB101", level="error", since="0.1.0", needs="template")
def mismatched_title(runbook: Runbook, context: Context) -> Found:
    """A page's heading is not the name that it is found by.

    ## Why is this bad?

    Somebody follows the link of an alert and lands on a page of another name.
    They go back and look for the right one, which this was.

    The heading has to equal `title:` of the front matter. Where the template
    knows no `alerts:`, the page of one alert has to be called like its file;
    case, blanks, dashes and a remark such as "[deprecated]" do not count. There
    a page is about one alert when heading or file are named `LikeThis`.

    ## Bad

    ````markdown
    ---
    format: runbook/v1
    title: Checkout is slow
    service: checkout
    owner: team-shop
    severity: page
    alerts: [CheckoutErrorsHigh]
    reviewed: 2026-11-01
    ---
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
    heading = runbook.document.title
    if heading is None:
        return
    keys = {key.name for key in context.template.keys}
    if "title" in keys:
        yield from _against_front_matter(runbook, heading)
    elif "alerts" not in keys:
        stem = runbook.path.rpartition("/")[2].rpartition(".")[0]
        name = _REMARK.sub("", heading.title)
        if _is_alert(stem, name) and _loose(stem) != _loose(name):
            yield Problem(
                heading.span,
                f"heading {heading.title!r} is not the file's name {stem!r}; call both"
                " like the alert",
            )


def _is_alert(stem: str, name: str) -> bool:
    known = stem.casefold().strip("_") not in _NO_ALERTS
    return known and any(map(_ALERT.fullmatch, (stem, name)))


def _loose(name: str) -> str:
    return _BETWEEN.sub("", name).casefold()


def _against_front_matter(runbook: Runbook, heading: Heading) -> Found:
    title = runbook.metadata.title
    if title and " ".join(plain_text(title).split()) != " ".join(heading.title.split()):
        span = value_span(runbook.document, "title")
        edits = (Edit(heading.span, title),) if "\n" not in title else ()
        yield Problem(
            heading.span,
            f"heading {heading.title!r} differs from `title: {title}` in line"
            f" {span.line}; use one name for both",
            Fix(f"rename the heading to {title!r}", edits, safe=False)
            if edits
            else None,
        )

"""RB807."""

from __future__ import annotations

import re
from urllib.parse import unquote

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, document_rule
from runbookkit.model.document import Document

_KEY = r"(?:from|to|start|end|since|until|after|before|begin|earliest|latest|from_ts|to_ts|starttime|endtime|time|\w*\.?(?:end|range|moment)_input)"
_FIXED = re.compile(
    rf"(?:[?&;#(,{{]|\b)[\"']?{_KEY}[\"']?[=:][\"']?(?P<time>1\d{{9}}(?:\d{{3}}|\d{{6}}|\d{{9}})?\b"
    r"|20\d\d-\d\d-\d\d[\dT:.Z+ -]*)",
    re.IGNORECASE,
)


@document_rule("RB807", level="warning", since="0.1.0")
def absolute_time_range(document: Document, context: Context) -> Found:
    """A link shows a fixed stretch of time.

    ## Why is this bad?

    The dashboard opens on last year's incident. Under stress the graph is
    taken for today's, and the wrong thing is mended.

    ## Bad

    ````markdown
    ## Notes

    [The error rate](https://grafana.example.com/d/shop?from=1599013800000&to=1599017400000)
    ````

    ## Good

    ````markdown
    ## Notes

    [The error rate](https://grafana.example.com/d/shop?from=now-1h&to=now)
    ````
    """
    for link in document.links:
        if "://" not in link.target or not ("=" in link.target or "%" in link.target):
            continue
        match = _FIXED.search(unquote(link.target))
        if match:
            yield Problem(
                link.span,
                f"the link shows a fixed time ({match['time'].strip()}); use a range such"
                " as from=now-1h&to=now",
            )

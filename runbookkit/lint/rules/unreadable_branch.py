"""RB411."""

from __future__ import annotations

import re
from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.document import Prose
from runbookkit.model.finding import Edit, Fix
from runbookkit.model.runbook import Runbook
from runbookkit.model.span import Span

_LABEL: Final = r"\A\*\*[^*\n]+\*\*:?(?:\s+`[^`\n]+`:)?\s*"
_LINK: Final = re.compile(
    _LABEL + r"(?P<target>(?:goto|(?:go|jump|proceed|continue|return|skip)"
    r"(?: back)?(?: to| with| at)?|see|->)?:?\s*(?P<link>\[[^\[\]]+\]\([^()\s]+\))\.?)\Z",
    re.IGNORECASE,
)
_WORD: Final = re.compile(
    _LABEL + r"(?P<target>(?P<stop>done|end|finish|finished|resolved|closed?)"
    r"|(?:page|call|phone|contact|escalate to|ask)\b.*)\.?\Z",
    re.IGNORECASE | re.DOTALL,
)


@runbook_rule("RB411", level="error", since="0.1.0", needs="format")
def unreadable_branch(runbook: Runbook, context: Context) -> Found:
    """A branch is not written as branches are.

    ## Why is this bad?

    A person may guess where it leads; the runner does not guess. A branch is a
    bullet that begins with **Met:**, **Not met:**, **When** and a condition, or
    a choice of the step's question. Behind it stands `continue`, `stop`,
    `escalate`, or `go to` and a link.

    ## Bad

    ````markdown
    ### Is the database reachable?

    **In Prometheus**:

    ```promql
    min(pg_up{service="checkout"})
    ```

    **Expect:** every instance answers: `value == 1.0`

    - **Met:** continue
    - **Not met:** call the database team
    ````

    ## Good

    ````markdown
    ### Is the database reachable?

    **In Prometheus**:

    ```promql
    min(pg_up{service="checkout"})
    ```

    **Expect:** every instance answers: `value == 1.0`

    - **Met:** continue
    - **Not met:** escalate
    ````
    """
    for problem in runbook.problems:
        if problem.kind == "unreadable-branch":
            yield Problem(problem.span, problem.message, _fix(problem.span, runbook))


def _fix(span: Span, runbook: Runbook) -> Fix | None:
    for block in runbook.document.blocks:
        if isinstance(block, Prose) and block.span == span:
            break
    else:
        return None
    match = _LINK.search(block.text) or _WORD.search(block.text)
    if match is None:
        return None
    parts = match.groupdict()
    safe = "link" in parts
    target = "stop" if parts.get("stop") else "escalate"
    if safe:
        target = f"go to {parts['link']}"
    place = block.span_of(match.start("target"), len(block.text))
    return Fix(f"write `{target}`", (Edit(place, target),), safe)

"""RB703."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.parts import parts
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.document import Block, CodeBlock, Prose
from runbookkit.model.runbook import Runbook

_HINT: Final = re.compile(
    r"[Cc]lick|avigate|rowse|menu|tab|button|drop|panel|[Cc]onsole|[Uu][Ii]\b|ashboard"
)
_CLICKS: Final = re.compile(
    r"\b(?:click(?:ing)?(?: on)?|right-click|navigate to|browse to"
    r"|(?:select|choose|open|press) (?:the )?[^.\n]{0,40}?\b(?:menu|tab|button|dropdown"
    r"|drop-down|panel)"
    r"|(?:go to|open|in|from|using|via) the [^.\n]{0,30}?\b(?:web console|web ui|gui"
    r"|ui|admin panel|dashboards?)\b)",
    re.IGNORECASE,
)


@runbook_rule("RB703", level="info", since="0.1.0", needs="nothing")
def ui_only_step(runbook: Runbook, context: Context) -> Found:
    """A step can only be done by clicking.

    ## Why is this bad?

    A page of buttons changes with every release, leaves no evidence, and
    cannot be run by a machine. Most of what it shows has a command or a query.

    ## Bad

    ````markdown
    ### Look at the latency

    Open the checkout dashboard, click on "Latency" and choose the last hour.
    ````

    ## Good

    ````markdown
    ### Look at the latency

    **In Prometheus**, over the last 1h:

    ```promql
    histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))
    ```

    **Expect:** less than 0.5 s: `series[0].last < 0.5`

    - **Not met:** escalate
    ````
    """
    for section in runbook.sections:
        known = context.template.section(section.title)
        if known is not None and known.holds_steps:
            for part in parts(section):
                yield from _clicked(part)


def _clicked(part: list[Block]) -> Iterator[Problem]:
    if any(isinstance(block, CodeBlock) for block in part):
        return
    prose = [block for block in part if isinstance(block, Prose)]
    if any("`" in block.text for block in prose):
        return
    for block in prose:
        if not _HINT.search(block.text):
            continue
        match = _CLICKS.search(block.text)
        if match is not None:
            yield Problem(
                block.span_of(*match.span()),
                f"{match[0]!r}: this can only be clicked; add the command or query that"
                " does the same",
            )
            return

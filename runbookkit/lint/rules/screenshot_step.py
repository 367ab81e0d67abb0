"""RB209."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.parts import parts
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.document import CodeBlock, Link, Prose
from runbookkit.model.runbook import Runbook, Section

_IMAGE: Final = re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])")
_BADGE: Final = re.compile(r"badge|shields\.io|\.svg\b|icon|logo", re.IGNORECASE)


@runbook_rule("RB209", level="warning", since="0.1.0", needs="nothing")
def screenshot_step(runbook: Runbook, context: Context) -> Found:
    """A step shows a picture where a command or query should stand.

    ## Why is this bad?

    A picture cannot be searched, copied, run or read aloud, and it shows the
    numbers of the day on which it was taken.

    ## Bad

    ````markdown
    ### Look at the latency

    ![The latency panel of the checkout dashboard](latency.png)
    ````

    ## Good

    ````markdown
    ### Look at the latency

    **In Prometheus**:

    ```promql
    histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))
    ```

    **Expect:** less than 0.5 s: `value < 0.5`

    - **Not met:** escalate
    ````
    """
    images = [link for link in runbook.document.links if link.image]
    if not images:
        return
    for section in runbook.sections:
        known = context.template.section(section.title)
        if known is not None and known.holds_steps:
            yield from _shown(section, images)


def _shown(section: Section, images: list[Link]) -> Iterator[Problem]:
    for part in parts(section):
        if any(isinstance(block, CodeBlock) for block in part):
            continue
        if any(_tells_command(block) for block in part if isinstance(block, Prose)):
            continue
        lines = {
            line
            for block in part
            if isinstance(block, Prose)
            for line in range(block.span.line, block.span.end_line + 1)
        }
        for image in images:
            if image.span.line in lines and not _BADGE.search(image.target):
                yield Problem(
                    image.span,
                    f"the picture {image.target!r} stands in for a command; add the"
                    " query or command that shows it",
                )
                break


def _tells_command(prose: Prose) -> bool:
    return "`" in _IMAGE.sub("", prose.text)

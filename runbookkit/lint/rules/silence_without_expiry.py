"""RB605."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runbookkit.lint.commands import programs
from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.document import Prose
from runbookkit.model.runbook import Runbook
from runbookkit.queries.shell_effects import silences_without_expiry

_HINTS: Final = ("ilence", "mute", "Mute", "nooze")
_SILENCE: Final = re.compile(
    r"(?:^|[.:;]\s+|\b(?:then|and|please|can|should|must|may|to)\s+)"
    r"(?:(?:create|add|set up)\s+an?\s+(?:alert(?:manager)?\s+)?silence"
    r"|(?:silence|mute|snooze)\s+(?:the\s+|this\s+|these\s+|all\s+|any\s+)?"
    r"(?:[`\w-]+\s+){0,2}(?:alerts?|alarms?|pages?|notifications?)\b)",
    re.IGNORECASE,
)
_BOUND: Final = re.compile(
    r"\d|\b(?:until|for (?:an?|one|two|three|the (?:duration|time|length))|during|while"
    r"|expir\w*|duration|hours?|minutes?|days?|temporar\w+|at most|unsilence)\b",
    re.IGNORECASE,
)


@runbook_rule("RB605", level="error", since="0.1.0", needs="nothing")
def silence_without_expiry(runbook: Runbook, context: Context) -> Found:
    """An alert is silenced, and nothing says until when.

    ## Why is this bad?

    The silence outlives the incident. The next one of its kind is met by
    nobody.

    ## Bad

    ````markdown
    ### Silence the alert

    ```bash
    amtool silence add alertname=CheckoutErrorsHigh --comment "being worked on"
    ```
    ````

    ## Good

    ````markdown
    ### Silence the alert

    With amtool, on the host of Alertmanager:

    **In a shell**:

    ```bash
    amtool silence add alertname=CheckoutErrorsHigh --duration 2h --comment "being worked on"
    ```

    **Changes:** one alert is silent for 2 hours

    **Expect:** `exit_code == 0`

    **Rollback:** `amtool silence expire $(amtool silence query -q alertname=CheckoutErrorsHigh)`

    - **Met:** continue
    - **Not met:** escalate
    ````
    """
    for program in programs(runbook):
        for command in program.commands:
            reason = silences_without_expiry(command)
            if reason:
                yield Problem(
                    program.span_of(command),
                    f"{reason}; bound it, such as with `--duration 2h`",
                )
    for block in runbook.document.blocks:
        if isinstance(block, Prose) and any(each in block.text for each in _HINTS):
            yield from _told(block)


def _told(prose: Prose) -> Iterator[Problem]:
    match = _SILENCE.search(prose.text)
    if match is None or "`" in match[0][:1] or _BOUND.search(prose.text):
        return
    start = match.end() - len(match[0].lstrip(" .:;\n"))
    yield Problem(
        prose.span_of(start, match.end()),
        "this does not say for how long to silence the alert; name a duration, such as"
        " 2 hours",
        level="warning",
    )

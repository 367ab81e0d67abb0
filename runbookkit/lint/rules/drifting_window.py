"""RB510."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from runbookkit.lint.bounds import bounds_of
from runbookkit.lint.context import Context
from runbookkit.lint.drift import words_of
from runbookkit.lint.quantities import quantities
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.markdown.durations import parse_duration
from runbookkit.model.facts import Quantity
from runbookkit.model.runbook import SHELL_FENCES, Runbook, Step
from runbookkit.model.span import Located

_BACK: Final = re.compile(
    r"\b(?:(?:over|in|for|during|within|of) the (?:last|past)|looks? back(?: over)?"
    r"|averaged over|rate over)\Z"
)
_OVER: Final = re.compile(r"\b(?:in|over|within|during)\Z")
_WINDOW: Final = re.compile(r"\[\s*((?:\d+(?:ms|[smhdwy]))+)\b")


@runbook_rule("RB510", level="warning", since="0.1.0", needs="format")
def drifting_window(runbook: Runbook, context: Context) -> Found:
    """The words of a step name another stretch of time than its query.

    ## Why is this bad?

    An error of 20 minutes ago is in the last hour and not in the last 15
    minutes. The reader and the runner come to different verdicts, and both
    are right.

    ## Bad

    ````markdown
    ### Does the service log errors?

    **In Loki**, over the last 1h, at most 20 lines:

    ```logql
    {service_name="checkout"} | json | level="error"
    ```

    **Expect:** it logged errors in the last 15 minutes: `lines.size() > 0`

    - **Met:** continue
    - **Not met:** escalate
    ````

    ## Good

    ````markdown
    ### Does the service log errors?

    **In Loki**, over the last 15m, at most 20 lines:

    ```logql
    {service_name="checkout"} | json | level="error"
    ```

    **Expect:** it logged errors in the last 15 minutes: `lines.size() > 0`

    - **Met:** continue
    - **Not met:** escalate
    ````
    """
    for step in runbook.steps:
        actual = _windows(step)
        if not actual:
            continue
        for stated in _stated(step, runbook):
            if not any(abs(stated.value - each) < 1e-6 for each in actual):
                names = ", ".join(_shown(each) for each in sorted(actual))
                yield Problem(
                    stated.span,
                    f"the text says {stated.text!r}, and the step looks at {names};"
                    " make them agree",
                )


def _windows(step: Step) -> set[float]:
    """Return all stretches of time that a step's action names, in seconds."""
    action = step.action
    if action is None or action.language in SHELL_FENCES:
        return set()  # a command says it in its own way: `--since=15m`, `@now-900`
    lead = action.lead
    found: list[timedelta | None] = []
    if lead is not None:
        found = [lead.window, lead.run_time]
        found += [lead.poll.up_to] if lead.poll else []
    found += [parse_duration(each[1]) for each in _WINDOW.finditer(action.text)]
    seconds = {each.total_seconds() for each in found if each is not None}
    return seconds | set(bounds_of(action.text).windows)


def _stated(step: Step, runbook: Runbook) -> Iterator[Quantity]:
    for expectation in step.expectations:
        words = words_of(expectation, runbook)
        if words is not None:
            yield from _spans_of_time(words, _OVER)
    for prose in step.prose:
        yield from _spans_of_time(prose)


def _spans_of_time(
    words: Located, loosely: re.Pattern[str] = _BACK
) -> Iterator[Quantity]:
    if not any(digit in words.text for digit in "0123456789"):
        return
    for quantity in quantities(words):
        before = quantity.before
        if quantity.dimension == "time" and (
            _BACK.search(before) or loosely.search(before)
        ):
            yield quantity


def _shown(seconds: float) -> str:
    for unit, length in (("d", 86_400), ("h", 3600), ("m", 60)):
        if seconds >= length and seconds % length == 0:
            return f"{seconds / length:g}{unit}"
    return f"{seconds:g}s"

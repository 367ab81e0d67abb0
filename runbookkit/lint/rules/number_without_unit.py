"""RB505."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.document import Prose
from runbookkit.model.runbook import Runbook

_DIGIT: Final = re.compile(r"\d")
_NUMBER: Final = re.compile(
    r"(?<![\w.,:/#`$-])(?P<number>\d+(?:[.,]\d+)*)"
    r"(?=\s*(?:$|[,;:)\]]|\.(?:\s|$)|(?:and|or|then|for|in|over|on|at|during|the|it)\b))"
)
_SUBJECT: Final = re.compile(
    r"\b(?:latency|duration|response times?|delay|lag|age|size|memory|usage|utili[sz]ation"
    r"|throughput|bandwidth|traffic|volume|time-?out|uptime|downtime|interval|cpu|disk"
    r"|p\d\d)\b"
    r"[^.;`]{0,40}?"
    r"(?:[><≥≤]=?|\b(?:above|below|over|under|exceeds?|exceeding|reach(?:es)?"
    r"|(?:more|less|greater|higher|lower|larger|longer|shorter) than|at least"
    r"|at most))\s*~?\Z",
    re.IGNORECASE,
)
_REACH: Final = 80  # characters in front of a number that may say what it measures


@runbook_rule("RB505", level="warning", since="0.1.0", needs="nothing")
def number_without_unit(runbook: Runbook, context: Context) -> Found:
    """A threshold in the text has no unit.

    ## Why is this bad?

    A latency above 500 is a disaster in seconds and nothing in milliseconds.
    The reader guesses, and guesses from the graph that happens to be open.

    ## Bad

    ````markdown
    ### Look at the latency

    If the latency of the database is above 500, go on with the next step.
    ````

    ## Good

    ````markdown
    ### Look at the latency

    If the latency of the database is above 500 ms, go on with the next step.
    ````
    """
    for block in runbook.document.blocks:
        if isinstance(block, Prose) and _DIGIT.search(block.text):
            yield from _bare_numbers(block)


def _bare_numbers(prose: Prose) -> Iterator[Problem]:
    for match in _NUMBER.finditer(prose.text):
        before = prose.text[max(0, match.start() - _REACH) : match.start()]
        number = match["number"]
        # Ratios, one and nothing at all need no unit.
        if number[0] != "0" and number != "1" and _SUBJECT.search(before):
            yield Problem(
                prose.span_of(*match.span("number")),
                f"{number} has no unit; write one behind it, such as ms, MB or %",
            )

"""RB405."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.lint.sentences import instructions, sentences
from runbookkit.lint.wording import mentions
from runbookkit.model.graph import Cycle, StepGraph, cycles, step_graph
from runbookkit.model.runbook import Runbook

_AGAIN: Final = re.compile(
    r"(?:^|[,;:]\s+|\b(?:and|then|or|please|to)\s+)"
    r"(?P<loop>(?:try|start)\s+(?:it\s+|them\s+)?(?:again|over)|retry|repeat"
    r"|rinse and repeat|keep\s+(?:on\s+)?(?:trying|retrying|restarting|deleting"
    r"|repeating|adding|increasing))\b",
    re.IGNORECASE,
)
_HINTS: Final = frozenset({"again", "over", "retry", "repeat", "keep"})
_BOUNDED: Final = re.compile(
    r"\b(?:once|twice|(?:\d+|two|three|four|five|ten)\s+(?:more\s+)?(?:times|attempts"
    r"|tries|seconds|minutes|hours|min|mins|s|m|h)|at most|up to|no more than"
    r"|(?:for|on|with|in)\s+(?:each|every|all|any|the (?:next|other|rest|remaining))"
    r"|one by one)\b",
    re.IGNORECASE,
)


@runbook_rule("RB405", level="warning", since="0.1.0", needs="nothing")
def unbounded_loop(runbook: Runbook, context: Context) -> Found:
    """Something is to be done again and again, and nothing says how often.

    ## Why is this bad?

    The third restart in a row seldom helps, and at 3 a.m. nobody counts. A
    bound says when to stop trying and call somebody.

    The same holds for steps that lead back to each other without asking a
    person: as long as the answer stays the same, the run goes round.

    ## Bad

    ````markdown
    ### Start the workers

    Restart the worker, look at its log, and try again.
    ````

    ## Good

    ````markdown
    ### Start the workers

    Restart the worker and look at its log. Try again twice at most; then
    escalate.
    ````
    """
    said = mentions(runbook.document, _HINTS)
    for prose in instructions(runbook, context) if said else ():
        if not _AGAIN.search(prose.text) or _BOUNDED.search(prose.text):
            continue
        for sentence in sentences(prose):
            match = _AGAIN.search(sentence.words)
            if match:
                start = sentence.start + match.start("loop")
                yield Problem(
                    prose.span_of(start, sentence.start + match.end()),
                    f"{match['loop']!r} has no bound; say how often at most, and what"
                    " then",
                )
    if runbook.declared:
        yield from _unattended(step_graph(runbook))


def _unattended(graph: StepGraph) -> Iterator[Problem]:
    for cycle in cycles(graph):
        if not cycle.exits or _asks_a_person(cycle, graph):
            continue
        back = cycle.inner[-1]
        step = graph.steps[back.source]
        yield Problem(
            back.branch.span if back.branch else step.span,
            f"step {step.title!r} leads back as often as the answer stays the same;"
            " ask again with `every … for up to …`, or ask a person first",
        )


def _asks_a_person(cycle: Cycle, graph: StepGraph) -> bool:
    steps = [graph.steps[step] for step in cycle.steps]
    return any(step.question is not None or step.action is None for step in steps)

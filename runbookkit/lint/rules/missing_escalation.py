"""RB407."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.lint.wording import words
from runbookkit.model.document import Block, Document, Heading, Prose, Table
from runbookkit.model.graph import step_graph
from runbookkit.model.runbook import Runbook

_SOMEBODY: Final = re.compile(
    r"\bon[- ]?call\b|pager|\bpage\b|opsgenie|\brota|\bteams?\b|\blead\b|\bowner"
    r"|(?<!\w)[#@][a-z][\w-]+|slack|channel|\bsupport\b|\bengineer|\bmanager\b"
    r"|\bvendor\b|service desk|\bduty\b|\badmin",
    re.IGNORECASE,
)
_WAY_OUT: Final = (
    *("escalat", "on-call", "on call", "pagerduty", "opsgenie", "reach out"),
    *("customer support", "customer experience", "slack"),
)
"""Words that are enough."""
_HELP: Final = (
    ({"contact"}, {"contact"}, re.compile(r"\bcontact\s+\w")),
    (
        {"support"},
        {"support"},
        re.compile(
            r"\bsupport\s+(?:case|team|ticket)"
            r"|\b(?:to|with|from)\s+(?:\w+\s+){0,2}support\b"
        ),
    ),
    ({"ask"}, {"the", "your", "a", "for"}, re.compile(r"\bask (?:the|your|a|for)\b")),
    ({"engage"}, {"engage"}, re.compile(r"\bengage\b")),
    (
        {"refer", "hand"},
        {"team"},
        re.compile(r"\b(?:refer|hand)\b[^.]{0,30}\bteam\b"),
    ),
    (
        {"open", "raise", "file", "create", "report", "submit"},
        {"case", "ticket", "issue", "bug", "request"},
        re.compile(
            r"\b(?:open|raise|file|create|report|submit)\s+(?:an?|the)\s+"
            r"(?:\S+\s+){0,3}?(?:case|ticket|issue|bug|request)\b"
        ),
    ),
)
"""Phrases that are enough, behind two sets of words that they are made of."""
_CHANNEL: Final = re.compile(r"(?<![\w/.])#[a-z][\w-]{3,}\b")


@runbook_rule("RB407", level="error", since="0.1.0", needs="nothing")
def missing_escalation(runbook: Runbook, context: Context) -> Found:
    """Nothing says whom to call when the runbook does not help.

    ## Why is this bad?

    Every runbook meets the case it was not written for. Without a way out the
    reader is alone with it, and tries things.

    A runbook needs a branch that says `escalate`, and a section that names the
    team or rota, the channel, and after how many minutes. A text that declares
    no format is asked for one word about it, if the template wants the section.

    ## Bad

    ````markdown
    ## Escalation

    Do your best.
    ````

    ## Good

    ````markdown
    ## Escalation

    Page `team-shop` in PagerDuty (service "checkout"); after 15 minutes without
    an answer, the platform lead on call.
    ````
    """
    wanted = context.template.section("escalation")
    if wanted is None or not wanted.required:
        return
    if not runbook.declared:
        yield from _in_draft(runbook)
        return
    section = next(
        (each for each in runbook.sections if each.key == wanted.title), None
    )
    graph = step_graph(runbook)
    if graph.steps and not any(
        edge.end in {"escalate", "hand over"} for edge in graph.edges
    ):
        yield Problem(
            graph.steps[graph.entry].span,
            "no branch of any step escalates; let the steps that may fail say"
            " `- **Not met:** escalate`",
        )
    if section is not None and not any(
        _SOMEBODY.search(text) for text in _texts(section.blocks)
    ):
        yield Problem(
            section.span,
            f"section {section.title!r} names nobody; write the team or rota, the"
            " channel, and after how many minutes",
            level="warning",
        )


def _in_draft(runbook: Runbook) -> Iterator[Problem]:
    document = runbook.document
    if _says_whom(document):
        return
    title = document.title
    yield Problem(
        title.span if title else document.line_span(1),
        "no word about whom to call when this does not help; add a section"
        " `## Escalation`",
        level="warning",
    )


def _says_whom(document: Document) -> bool:
    said = " ".join("\n".join(_texts(document.blocks)).lower().split())
    if any(word in said for word in _WAY_OUT):
        return True
    if "#" in said and _CHANNEL.search(said):
        return True
    found = words(document.lines)
    return any(
        not (found.isdisjoint(first) or found.isdisjoint(second))
        and phrase.search(said)
        for first, second, phrase in _HELP
    )


def _texts(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Table):
            yield from (cell.text for row in block.rows for cell in row)
        elif isinstance(block, (Heading, Prose)):
            yield block.text

"""Branches of a step: bullets such as ``- **Not met:** escalate``."""

from __future__ import annotations

import re

from runbookkit.markdown.anchors import plain_text
from runbookkit.model.document import ParseProblem, Prose
from runbookkit.model.runbook import Branch, BranchKind, Target, TargetKind
from runbookkit.model.span import Located

PROBLEM = "unreadable-branch"
_LABEL = re.compile(r"^\*\*(?P<label>[^*\n]+?)(?P<colon>:?)\*\*(?P<after>:?)\s*")
_WHEN = re.compile(
    r"^\*\*When:?\*\*:?\s+(?P<tick>`+)(?!`)(?P<code>(?:(?!(?P=tick)).)+)(?P=tick)\s*:\s*",
    re.DOTALL,
)
_KINDS: dict[str, TargetKind] = {
    "continue": "continue",
    "stop": "stop",
    "escalate": "escalate",
}
_GO_TO = re.compile(
    r"^go to\s+\[(?P<title>.+?)\]\((?P<href>[^()\s]+)\)$", re.IGNORECASE | re.DOTALL
)


def is_branch(prose: Prose) -> bool:
    """Tell whether a list item looks like a branch."""
    return (
        prose.item is not None
        and not prose.item.ordered
        and prose.item.depth == 1
        and prose.item.leads
        and (match := _LABEL.match(prose.text)) is not None
        and bool(match["colon"] or match["after"] or _WHEN.match(prose.text))
    )


def parse_branch(
    prose: Prose, *, asked: bool
) -> tuple[Branch | None, ParseProblem | None]:
    """Return the branch of a list item, or what is wrong with it.

    ``asked`` says whether the step asks a question, whose choices may be any
    words; otherwise only *Met*, *Not met* and *When* mean something.
    """
    when = _WHEN.match(prose.text)
    label = _LABEL.match(prose.text)
    assert label is not None  # noqa: S101  the caller looked
    end = when.end() if when else label.end()
    words = " ".join(label["label"].split())
    kind = "when" if when else _kind(words, asked=asked)
    if words.lower() == "when" and not when:
        return None, _problem(
            prose, "write the condition in a code span: **When** `value > 5`: escalate"
        )
    if kind is None:
        return None, _problem(
            prose,
            f"branch {words!r} is neither Met, Not met nor When, and the step asks no"
            " question; add an `**Ask:**` line or use one of those",
        )
    target = parse_target(prose.text[end:])
    if target is None:
        return None, _problem(
            prose,
            f"branch {words!r} leads nowhere; after its label write continue, stop,"
            " escalate or go to [title](#anchor)",
        )
    condition = None
    if when:
        start, stop = when.span("code")
        place = prose.span_of(start, stop)
        rows = when["code"].count("\n")
        first = place.line - prose.first_line
        columns = (place.column, *prose.columns[first + 1 : first + 1 + rows])
        condition = Located(when["code"], place, columns)
    return Branch(kind, words, target, prose.span, condition), None


def _kind(label: str, *, asked: bool) -> BranchKind | None:
    match label.lower():
        case "met":
            return "met"
        case "not met":
            return "not met"
        case _:
            return "choice" if asked else None


def parse_target(text: str) -> Target | None:
    """Return where the rest of a branch leads; none when it cannot be told."""
    words = " ".join(text.split()).rstrip(".")
    if (kind := _KINDS.get(words.lower())) is not None:
        return Target(kind)
    link = _GO_TO.match(words)
    return Target("go to", link["href"], plain_text(link["title"])) if link else None


def _problem(prose: Prose, message: str) -> ParseProblem:
    return ParseProblem(PROBLEM, message, prose.span)

"""Labels of a step that are almost right, and what they were meant to be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from runbookkit.markdown.branches import parse_target
from runbookkit.model.document import Prose
from runbookkit.model.runbook import Step

_MEANT: Final[Mapping[str, str]] = {
    "ask": "Ask", "asks": "Ask", "question": "Ask", "decide": "Ask",
    "capture": "Capture", "captures": "Capture", "captured": "Capture",
    "change": "Changes", "changed": "Changes", "changes": "Changes",
    "effect": "Changes", "modifies": "Changes",
    "expect": "Expect", "expected": "Expect", "expects": "Expect",
    "expectation": "Expect", "expectations": "Expect", "expected result": "Expect",
    "expected output": "Expect", "expect result": "Expect",
    "roll back": "Rollback", "roll-back": "Rollback", "rollback": "Rollback",
    "rollbacks": "Rollback", "undo": "Rollback", "revert": "Rollback",
}  # fmt: skip
_ANSWERS: Final[Mapping[str, str]] = {
    "met": "Met", "not met": "Not met", "not-met": "Not met", "unmet": "Not met",
    "notmet": "Not met", "otherwise": "Not met", "else": "Not met",
    "if met": "Met", "if not met": "Not met", "not meet": "Not met",
    "is met": "Met", "is not met": "Not met", "fails": "Not met", "failed": "Not met",
    "passes": "Met", "passed": "Met", "ok": "Met", "not ok": "Not met",
    "success": "Met", "failure": "Not met", "when": "When",
}  # fmt: skip
_READS: Final = re.compile(
    r"(?P<mark>\*\*|__|\*|_)?reads?[ -]?only[.:]?(?(mark)(?P=mark))[.:]?(?=\s|$)",
    re.IGNORECASE,
)
_LABEL: Final = re.compile(
    r"(?P<mark>\*\*|__|\*|_)?(?P<label>[A-Za-z]+(?:[ -][A-Za-z]+){0,2})[ ]?"
    r"(?P<colon>:)?(?(mark)(?P=mark))[ ]?(?P<after>:)?(?=\s|$)"
)


@dataclass(frozen=True, slots=True)
class Near:
    """A label that is almost right: ``text[start:end]``, and what was meant."""

    start: int
    end: int
    label: str
    safe: bool = True


def misspelled(prose: Prose, step: Step) -> Near | None:
    """Return the label that a paragraph or bullet almost begins with."""
    if prose.item is None:
        return _reads(prose, step) or _paragraph(prose)
    if prose.item.depth == 1 and prose.item.leads and not prose.item.ordered:
        return _bullet(prose, step)
    return None


def _reads(prose: Prose, step: Step) -> Near | None:
    match = _READS.match(prose.text)
    if match is None or (not match["mark"] and match.end() < len(prose.text.strip())):
        return None
    right = match[0].rstrip(".:") in {"**Reads only**", "**Reads only.**"}
    if right or step.reads_only == prose.span:
        return None
    alone = match.end() == len(prose.text.rstrip())
    return Near(0, match.end(), "**Reads only**", safe=alone)


def _paragraph(prose: Prose) -> Near | None:
    match = _LABEL.match(prose.text)
    meant = _MEANT.get(match["label"].lower()) if match else None
    if match is None or meant is None or not (match["colon"] or match["after"]):
        return None
    label = f"**{meant}:**"
    if match[0].strip() == label:
        return None
    near = match["label"].lower().startswith(meant.lower()[:4])
    if not match["mark"] and not near:
        return None
    ends_in_code = prose.text.rstrip().rstrip(".").endswith("`")
    safe = (
        bool(match["mark"]) and near and (ends_in_code or meant in {"Ask", "Changes"})
    )
    return Near(0, len(match[0].rstrip()), label, safe=safe)


def _bullet(prose: Prose, step: Step) -> Near | None:
    match = _LABEL.match(prose.text)
    meant = _ANSWERS.get(match["label"].lower()) if match else None
    if match is None or meant is None or step.question is not None:
        return None
    if not (match["mark"] or match["colon"] or match["after"]):
        return None
    label = "**When**" if meant == "When" else f"**{meant}:**"
    written = match[0].strip()
    if written == label or meant == "When":
        return None
    leads = parse_target(prose.text[match.end() :]) is not None
    if not leads and not match["mark"]:
        return None
    known = match["label"].lower() in {"met", "not met", "not-met", "otherwise", "else"}
    return Near(0, len(match[0].rstrip()), label, safe=leads and known)

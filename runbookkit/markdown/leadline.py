"""The lead line of an action: ``**In Loki**, over the last 1h, at most 5 series:``."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from runbookkit.markdown.durations import parse_duration
from runbookkit.model.document import ParseProblem, Prose
from runbookkit.model.runbook import LeadLine, Limit, Poll

PROBLEM = "unreadable-lead-line"
START = re.compile(r"^\*\*(In|With)\s+([^*]+?)\*\*", re.IGNORECASE)
_HOST = re.compile(r"`?(?:[\w.:@-]+|\{\{.+\}\})`?", re.ASCII)


def _duration(text: str) -> timedelta | None:
    return parse_duration(text)


def _limit(text: str) -> Limit | None:
    match = re.fullmatch(
        r"(\d[\d,_]{0,14}) (lines?|traces?|series)", text, re.IGNORECASE
    )
    if match is None:
        return None
    unit = match[2].lower()
    unit = unit if unit.endswith("s") else f"{unit}s"
    return Limit(int(match[1].replace("_", "").replace(",", "")), cast("Any", unit))


def _poll(text: str) -> Poll | None:
    match = re.fullmatch(r"(\S+) for up to (\S+)", text)
    every, up_to = (
        (parse_duration(match[1]), parse_duration(match[2])) if match else (None, None)
    )
    return Poll(every, up_to) if every and up_to else None


def _words(text: str) -> str | None:
    return text.strip("`") or None


_CLAUSES: dict[str, tuple[str, Callable[[str], Any], str]] = {
    "over the last ": ("window", _duration, "over the last 1h"),
    "at most ": ("limit", _limit, "at most 100 lines"),
    "at ": ("at", _words, "at 2026-11-01T12:00:00Z"),
    "step ": ("step", _duration, "step 30s"),
    "within ": ("timeout", _duration, "within 60s"),
    "for ": ("run_time", _duration, "for 30s"),
    "on ": ("host", _words, "on {{ node }}"),
    "every ": ("poll", _poll, "every 30s for up to 10m"),
}


def parse_lead_line(prose: Prose) -> tuple[LeadLine, tuple[ParseProblem, ...]]:
    """Return the options of a paragraph that begins as a lead line does."""
    match = START.match(prose.text)
    assert match is not None  # noqa: S101  the caller looked
    problems: list[ParseProblem] = []
    rest = prose.text[match.end() :].rstrip()
    if not rest.endswith(":"):
        message = "a lead line ends in a colon"
        problems.append(ParseProblem(PROBLEM, message, prose.span))
    options: dict[str, Any] = {}
    position = match.end()
    on = False
    for clause in _split(rest.removesuffix(":")):
        start = position + len(clause) - len(clause.lstrip())
        end = position + len(clause.rstrip())
        position += len(clause) + 1
        words = " ".join(clause.split())
        if on and _HOST.fullmatch(words):  # `on a, b, c` names three hosts
            options["host"] += f", {_words(words)}"
            continue
        before = "host" in options
        message = _read(words, options)
        on = "host" in options and not before
        if message:
            span = prose.span_of(start, end)
            problems.append(ParseProblem(PROBLEM, message, span))
    tool = " ".join(match[2].split())
    return LeadLine(tool, prose.span, prose.text, **options), tuple(problems)


def _read(words: str, options: dict[str, Any]) -> str:
    """Read one clause into the options, or say what is wrong with it."""
    if not words:
        return ""
    known = next((each for each in _CLAUSES if words.lower().startswith(each)), None)
    if known is None:
        examples = ", ".join(f"`{example}`" for _, _, example in _CLAUSES.values())
        return f"{words!r} is no option of a lead line; known: {examples}"
    name, read, example = _CLAUSES[known]
    value = read(words[len(known) :])
    if value is None:
        return f"{words!r} cannot be read; write it like `{example}`"
    if name in options:
        return f"{words!r} says again what an earlier clause said"
    options[name] = value
    return ""


def _split(text: str) -> list[str]:
    """Split at commas outside ``{{ }}`` and outside numbers such as 1,000."""
    return re.split(r",(?!\d{3}\b)(?![^{]*\}\})", text)

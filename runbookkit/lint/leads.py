"""Lead lines: which clauses they hold, and which a language understands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from runbookkit.model.runbook import LeadLine
from runbookkit.model.span import Located, Span
from runbookkit.queries.language import Language

EXAMPLES: Final[Mapping[str, str]] = {
    "window": "over the last 1h",
    "at": "at 2026-11-01T12:00:00Z",
    "step": "step 30s",
    "limit": "at most 100 lines",
    "timeout": "within 60s",
    "run_time": "for 30s",
    "host": "on {{ node }}",
    "poll": "every 30s for up to 10m",
}
"""Each clause by the name of its field, as an example."""

_CLAUSES: Final[Mapping[str, re.Pattern[str]]] = {
    "window": re.compile(r",\s*(over the last [^,:]+)", re.IGNORECASE),
    "limit": re.compile(r",\s*(at most (?:[^,:]|,(?=\d{3}\b))+)", re.IGNORECASE),
    "at": re.compile(r",\s*(at (?!most\b)[^,]+?)(?=,|:?\s*$)", re.IGNORECASE),
    "step": re.compile(r",\s*(step [^,:]+)", re.IGNORECASE),
    "timeout": re.compile(r",\s*(within [^,:]+)", re.IGNORECASE),
    "run_time": re.compile(r",\s*(for [^,:]+)", re.IGNORECASE),
    "host": re.compile(r",\s*(on (?:\{\{.*?\}\}|[^,])+?)(?=,|:?\s*$)", re.IGNORECASE),
    "poll": re.compile(r",\s*(every [^,:]+)", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One option of a lead line, where it stands."""

    name: str
    text: str
    span: Span


def clauses(lead: LeadLine) -> dict[str, Clause]:
    """Return the options that a lead line gives, by the name of their field."""
    found: dict[str, Clause] = {}
    for name, pattern in _CLAUSES.items():
        match = pattern.search(lead.text) if getattr(lead, name) else None
        if match is not None:
            span = _located(lead).span_of(*match.span(1))
            found[name] = Clause(name, " ".join(match[1].split()), span)
    return found


def _located(lead: LeadLine) -> Located:
    rows = lead.text.count("\n")
    return Located(lead.text, lead.span, (lead.span.column, *((1,) * rows)))


def known_clauses(language: Language) -> Mapping[str, str]:
    """Return the clauses that a language understands, each with an example."""
    return {name: EXAMPLES[name] for name in language.clauses or EXAMPLES}


def lead_words(language: Language) -> str:
    """Return how a lead line of a language begins: ``**In Prometheus**``."""
    tool = language.tools[0] if language.tools else language.name
    return f"**{'With' if language.name == 'bpftrace' else 'In'} {tool}**"

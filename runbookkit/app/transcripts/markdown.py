"""A transcript as markdown, for a ticket or a postmortem."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markdown_it import MarkdownIt

from runbookkit.app.transcripts.evidence import Evidence, EvidenceTable
from runbookkit.app.transcripts.views import (
    AttemptView,
    attempts_of,
    facts_of,
    header_of,
    moment,
    verdict_of,
)
from runbookkit.app.transcripts.visible import fenced, inline, visible
from runbookkit.execute.transcript import Remark, Transcript, Visit
from runbookkit.model.options import Grafana

_ACTIVE = frozenset({"html_block", "html_inline", "image", "link_open"})


def markdown(transcript: Transcript, grafana: Grafana) -> str:
    """Return the text."""
    parts = [f"# {inline(transcript.title)}", _facts(header_of(transcript))]
    parts += ["## Path", *_path(transcript), *_remarks(transcript.remarks)]
    for visit in transcript.visits:
        parts += _visit(visit, grafana)
    return "\n\n".join(part for part in parts if part) + "\n"


def _path(transcript: Transcript) -> Iterator[str]:
    if not transcript.visits:
        yield "No step was entered."
        return
    lines: list[str] = []
    for visit in transcript.visits:
        way = f" → {inline(visit.leads)}" if visit.record.choice else ""
        verdict = f"**{inline(verdict_of(visit))}**"
        lines.append(f"{visit.number}. {inline(visit.title)}: {verdict}{way}")
    yield "\n".join(lines)


def _visit(visit: Visit, grafana: Grafana) -> Iterator[str]:
    yield f"## {visit.number}. {inline(visit.title)} ({visit.effect})"
    message = inline(visit.record.message)
    verdict = f"**{inline(verdict_of(visit))}**"
    yield f"{verdict}: {message}" if message else verdict
    for text in visit.prose:
        yield _prose(text)
    for attempt in attempts_of(visit, grafana):
        yield from _attempt(attempt, visit)
    yield from _remarks(visit.remarks)
    yield _facts(facts_of(visit))


def _attempt(attempt: AttemptView, visit: Visit) -> Iterator[str]:
    if attempt.title:
        yield f"### {attempt.title}"
    yield fenced(attempt.sent, attempt.language)
    for warning in attempt.warnings:
        yield f"Warning: {inline(warning)}"
    if attempt.curves:
        held = "; ".join(inline(each.words) for each in visit.thresholds)
        lines = [f"- {inline(each.labels)}: {each.words}" for each in attempt.curves]
        yield "\n".join(lines[:20])
        yield held
    if attempt.evidence is not None:
        yield from _evidence(attempt.evidence)
    yield _facts(attempt.facts)
    if attempt.link:
        yield f"[Open in Grafana](<{attempt.link}>)"


def _evidence(evidence: Evidence) -> Iterator[str]:
    yield _facts(evidence.facts)
    for table in evidence.tables:
        yield _table(table)
    for text in evidence.texts:
        more = f", {text.more} more lines are in the log" if text.more else ""
        yield f"{inline(text.title)}{more}:"
        yield fenced(text.text, "text")


def _table(table: EvidenceTable) -> str:
    rows = [table.heads, *table.rows]
    lines = ["| " + " | ".join(map(inline, row)) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * len(table.heads))
    more = f"\n\n{table.more} more rows are in the log." if table.more else ""
    return "\n".join(lines) + more


def _remarks(remarks: Iterable[Remark]) -> Iterator[str]:
    for each in remarks:
        said = f": {inline(each.text)}" if each.text else ""
        who = inline(each.who or "nobody")
        yield f"- {moment(each.at)}: **{who}** {each.kind}{said}"
        if each.program:
            yield fenced(each.program)


def _facts(pairs: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"- {inline(name)}: {inline(text)}" for name, text in pairs)


def _prose(text: str) -> str:
    """Return a runbook's prose; as plain text where it does more than say something."""
    shown = visible(text)
    tokens = MarkdownIt("commonmark").parse(shown)
    inner = [child for token in tokens for child in token.children or ()]
    plain = not any(token.type in _ACTIVE for token in (*tokens, *inner))
    if plain and "@" not in shown and not any(t.type == "fence" for t in tokens):
        return "\n".join(f"> {line}" for line in shown.splitlines())
    return "> " + inline(text)

"""A reader who does what the text says, and says where the text says nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from runbookkit.audit.players.scripted._script import Page, Said, Say, Talk
from runbookkit.errors import RunbookkitError
from runbookkit.execute.asking import ask_of
from runbookkit.execute.judge import Judgement, judge, judge_by_hand
from runbookkit.model.answer import Answer, ResultKind
from runbookkit.model.audit import ToolAnswer
from runbookkit.model.graph import Edge, StepGraph, step_graph
from runbookkit.model.runbook import SHELL_FENCES, Input, Step
from runbookkit.queries.language import Language
from runbookkit.queries.placeholders import placeholders
from runbookkit.queries.quoting import render
from runbookkit.queries.registry import language_of, languages
from runbookkit.queries.values import value_of

_MOST_VISITS: Final = 100
_BY_HAND: Final = "by-hand"
_ENDS: Final = {"stop": "resolved", "escalate": "escalated", "hand over": "handed over"}
_WAY_OUT: Final = re.compile(r"escalat|contact|help|call", re.IGNORECASE)
_NOWHERE: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What came of a step, and the answer that says so."""

    judgement: Judgement
    evidence: str
    choice: str = ""
    failed: bool = False
    """Whether there is no answer that could be judged."""


Asking = Generator[Said, ToolAnswer, _Seen | None]


def read_through(page: Page, names: dict[str, Any] | None = None) -> Talk:
    """Do every step in turn, and finish as the text says.

    ``names`` is where values are kept: empty, unless a reader believes to know more.
    """
    graph = step_graph(page.runbook)
    names = {} if names is None else names
    names |= _given(page)
    step = graph.steps.get(page.alert["begin_at"] or graph.entry)
    if step is None:
        yield from _nothing_to_do(page)
        return
    for _ in range(_MOST_VISITS):
        seen = yield from _do(page, step, names)
        if seen is None:
            yield Say("finish", {"outcome": "stuck"})
            return
        names |= seen.judgement.captures
        edge = yield from _leave(page, graph, step, seen)
        if edge is None:
            return
        if edge.end is not None:
            yield from _end(page, edge, step)
            return
        step = graph.steps[edge.target]
    yield page.gap("no-exit", step.span.line, "when to stop going round")
    yield Say("finish", {"outcome": "stuck"})


def _nothing_to_do(page: Page) -> Talk:
    where = page.first_words()
    yield page.gap("missing-command", where, "a step that says what to run or look at")
    yield Say("finish", {"outcome": "stuck"})


def _given(page: Page) -> dict[str, Any]:
    alert = {key: page.alert[key] for key in ("labels", "annotations")}
    names: dict[str, Any] = dict(alert)
    for wanted in page.runbook.metadata.inputs:
        value = _value(wanted, page.alert)
        if value is not None:
            names[wanted.name] = value
    return names


def _value(wanted: Input, alert: Mapping[str, Any]) -> Any:
    value = alert["values_given"].get(wanted.name)
    if value is None and wanted.source:
        table, _, key = wanted.source.removeprefix("alert.").partition(".")
        value = alert.get(table, {}).get(key)
    value = wanted.default if value is None else value
    if wanted.type != "number" or not isinstance(value, str):
        return value
    try:
        return int(value) if value.lstrip("-").isdigit() else float(value)
    except ValueError:
        return None


def _do(page: Page, step: Step, names: Mapping[str, Any]) -> Asking:
    if step.action is None:
        return (yield from _by_hand(page, step, names))
    yield from _harm(page, step)
    command = _command(step, names)
    if command is None:
        yield from _undefined(page, step, names)
        return None
    tool = _tool(step)
    if tool is None:
        missing = "a tool that understands the query"
        yield page.gap("wrong-tool", step.action.code.span.line, missing)
        return None
    wanted = {"step": step.title, "tool": tool, "command": command}
    answer = yield Say("run", wanted)
    if answer.refused == "wrong-tool":
        yield page.gap("wrong-tool", step.action.code.span.line, "another tool")
        return None
    if not step.expectations:
        line = step.action.code.span.line
        blocks = step.branch("not met") is not None
        missing = "which answer is healthy"
        yield page.gap("no-expected-result", line, missing, blocking=blocks)
        if blocks:
            return None
    return _seen(step, names, answer)


def _harm(page: Page, step: Step) -> Talk:
    """Say where a change could do harm; a reader would go on all the same."""
    action = step.action
    if action is None:
        return
    line = action.code.span.line
    if action.language in SHELL_FENCES and step.changes is None is step.reads_only:
        missing = "whether it changes something"
        yield page.gap("unsafe-action", line, missing, blocking=False)
    if step.changes is not None and step.rollback is None:
        line = step.changes.span.line
        yield page.gap("no-rollback", line, "how to undo it", blocking=False)


def _command(step: Step, names: Mapping[str, Any]) -> str | None:
    try:
        return ask_of(step, names, _NOWHERE, render).text
    except RunbookkitError:
        return None


def _undefined(page: Page, step: Step, names: Mapping[str, Any]) -> Talk:
    if step.action is None:
        return
    code = step.action.code
    for each in placeholders(code.text):
        try:
            value_of(each, names)
        except RunbookkitError:
            line = code.span_of(each.start, each.end).line
            missing = f"where `{each.name}` comes from"
            yield page.gap("undefined-input", line, missing)
            return
    missing = "a command whose values can be put in"
    yield page.gap("undefined-input", code.span.line, missing)


def _tool(step: Step) -> str | None:
    """Return the tool that the lead line names, or that of the language."""
    if step.action is None:
        return None
    language = language_of(step.action.language)
    lead = step.action.lead
    if lead is None:
        return language.name if language else None
    speakers = [each for each in languages() if _speaks(lead.tool, each)]
    if language in speakers or not speakers:
        return language.name if language else None
    return speakers[0].name


def _speaks(tool: str, language: Language) -> bool:
    names = (*language.tools, language.name)
    return any(
        re.search(rf"\b{re.escape(each)}\b", tool, re.IGNORECASE) for each in names
    )


def _by_hand(page: Page, step: Step, names: Mapping[str, Any]) -> Asking:
    if step.question is not None:
        text = step.question.text
    elif step.prose:
        text = page.line(step.prose[0].span.line)
    else:
        missing = "what to do"
        yield page.gap("missing-command", step.span.line, missing)
        return None
    asked = {"step": step.title, "tool": _BY_HAND, "command": text}
    answer = yield Say("run", asked)
    if answer.refused or answer.harness_error:
        return None
    last = json.loads(answer.text)["answers"][-1]
    if step.question is not None:
        met = Judgement("met", "looked at")
        return _Seen(met, answer.evidence, last["seen"])
    done = last["seen"] == "done"
    judgement = judge_by_hand(step, names) if done else Judgement("not met", "")
    return _Seen(judgement, answer.evidence)


def _seen(step: Step, names: Mapping[str, Any], answer: ToolAnswer) -> _Seen:
    if answer.refused:
        return _Seen(Judgement("declined", answer.text), "", failed=True)
    last = json.loads(answer.text)["answers"][-1]
    if "names" not in last:
        error = Judgement("error", last.get("error", ""))
        return _Seen(error, answer.evidence, failed=True)
    kind = cast("ResultKind", last["kind"])
    voids = last.get("cannot_be_judged", "")
    told = Answer(kind, last["names"], "", "", _NOWHERE, timedelta(), voids=voids)
    judgement = judge(step, told, names)
    return _Seen(judgement, answer.evidence, failed=bool(voids))


def _leave(
    page: Page, graph: StepGraph, step: Step, seen: _Seen
) -> Generator[Said, ToolAnswer, Edge | None]:
    edges = graph.leaving[step.id]
    edge = _way(edges, seen)
    if edge is not None:
        if len(edges) > 1 or edge.branch is not None:
            yield _decision(page, step, edge, seen)
        return edge
    if not seen.failed:
        where = step.expect.span if step.expect else step.span
        missing = f"what to do now: {seen.judgement.message or seen.judgement.verdict}"
        yield page.gap("ambiguous-decision", where.line, missing)
    out = "escalated" if _has_way_out(page) else "stuck"
    yield Say("finish", {"outcome": out if seen.failed else "stuck"})
    return None


def _way(edges: tuple[Edge, ...], seen: _Seen) -> Edge | None:
    verdict, when = seen.judgement.verdict, seen.judgement.when
    if seen.choice:
        return next((each for each in edges if each.title == seen.choice), None)
    if verdict == "met" and when is not None:
        whens = [each for each in edges if each.kind == "when"]
        return whens[when]
    kinds = {"met": {"met", "next"}, "not met": {"not met"}}.get(verdict, set())
    return next((each for each in edges if each.kind in kinds), None)


def _decision(page: Page, step: Step, edge: Edge, seen: _Seen) -> Say:
    place = edge.branch or step.expect or step
    line = place.span.line
    return Say(
        "decide",
        {
            "step": step.title,
            "branch": edge.title,
            "line": line,
            "because": page.line(line),
            "evidence": seen.evidence,
        },
    )


def _end(page: Page, edge: Edge, step: Step) -> Talk:
    line = edge.branch.span.line if edge.branch else step.span.line
    if edge.end in {"nowhere", "unknown"}:
        yield page.gap("dead-end", line, "a place to go on")
        yield Say("finish", {"outcome": "stuck"})
        return
    if edge.end == "escalate" and not _has_way_out(page):
        yield page.gap("no-exit", line, "whom to call")
    if edge.end == "hand over" and edge.branch is not None:
        opened = yield Say("open_link", {"href": edge.branch.target.href})
        if opened.text == "it cannot be opened":
            yield page.gap("stale-reference", line, "the runbook that goes on")
            yield Say("finish", {"outcome": "stuck"})
            return
    yield Say("finish", {"outcome": _ENDS[str(edge.end)]})


def _has_way_out(page: Page) -> bool:
    return any(_WAY_OUT.search(each.title) for each in page.runbook.sections)

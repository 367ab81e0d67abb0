"""Proposals for what a step runs and what it expects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from runbookkit.audit.suggest_edits import (
    EXPECT,
    NOT_MET,
    SHELL_EXPECT,
    Change,
    Found,
    Spot,
    below_line,
    last_of,
    one_more_branch,
)
from runbookkit.model.finding import Edit
from runbookkit.model.runbook import SHELL_FENCES, Runbook, Step
from runbookkit.model.span import Span
from runbookkit.queries.language import Language
from runbookkit.queries.registry import language_of

_LEADS: Final[Mapping[str, str]] = {
    "promql": "**In Prometheus**:",
    "logql": "**In Loki**, over the last 1h, at most 100 lines:",
    "traceql": "**In Tempo**, over the last 1h, at most 20 traces:",
    "bpftrace": "**With bpftrace**, for 30s:",
    "bash": "**In a shell**, within 60s:",
}
_ASKED_BY: Final = (
    ("logql", re.compile(r"\b(?:lines|truncated)\b")),
    ("traceql", re.compile(r"\b(?:traces|spans|duration_ms)\b")),
    ("bpftrace", re.compile(r"\b(?:maps|hist|lost_events)\b")),
    ("promql", re.compile(r"\b(?:value|series)\b")),
)
"""Which engine's answer an expectation speaks of."""
_UNKNOWN: Final = "which of the readings is meant only a person knows"
_DOTS: Final = re.compile(r"\.{3}|\u2026")
_TOOL: Final = re.compile(r"(?<=\*\*)(?P<word>In|With) (?P<tool>[^*]+)(?=\*\*)")


def missing_command(spot: Spot) -> Found:
    """Put a command to write where a step has none."""
    step = spot.step
    if step is None:
        return _first_step(spot)
    if step.action is not None:
        return _left_out(spot)
    if step.question is not None or step.illustrations:
        return "what is to be run stands there in another form; only a person can tell"
    language = _language_for(step)
    command = f"```{language}\n<command that does this>\n```"
    before = _before_the_rest(step)
    parts = [_LEADS[language], command, *_besides(step, language, spot.runbook)]
    text = "\n\n".join(parts)
    says = f"adds a place for the command of step {step.title!r}; write it"
    if before:
        # what is expected already stays behind what is run
        edits = (Edit(Span(before, 1, before, 1), f"{text}\n\n"),)
        more = () if step.branch("not met") else (one_more_branch(step, NOT_MET),)
        return Change(says, (*edits, *more))
    return Change(says, (last_of(step, text, NOT_MET),))


def _besides(step: Step, language: str, runbook: Runbook) -> Iterator[str]:
    if language in SHELL_FENCES and step.changes is None and step.reads_only is None:
        yield "**Reads only**"
    if not step.expectations:
        yield SHELL_EXPECT if language in SHELL_FENCES else EXPECT
    if step.changes is not None and step.rollback is None and runbook.declared:
        yield "**Rollback:** none, because `<why; or the command that undoes it>`"


def _first_step(spot: Spot) -> Found:
    """Make a step of what a section says without one."""
    runbook = spot.runbook
    for section in runbook.sections:
        if section.span.line == spot.gap.line and not section.steps:
            heading = "### `<name what is to be done first>`"
            edit = below_line(runbook, section.span.line, heading)
            says = f"makes a step of what section {section.title!r} says; name it"
            return Change(says, (edit,))
    return "no step is there to give a command to; write the first step"


def _left_out(spot: Spot) -> Found:
    line = spot.line
    match = _DOTS.search(line)
    if match is None:
        return "the command is there, and what is wrong with it only a person knows"
    start, end = match.span()
    number = spot.gap.line
    edit = Edit(Span(number, start + 1, number, end + 1), "<what was left out>")
    return Change("marks what the command leaves out; write it in full", (edit,))


def _language_for(step: Step) -> str:
    if step.changes is not None or step.rollback is not None:
        return "bash"
    expressions = [each.expression.text for each in step.expectations]
    asked = " ".join((*expressions, *(each.expression.text for each in step.captures)))
    for language, names in _ASKED_BY:
        if names.search(asked):
            return language
    return "bash"


def _before_the_rest(step: Step) -> int:
    """Return the line of the first thing that has to stand behind the command."""
    parts = [each.span.line for each in step.expectations]
    parts += [each.span.line for each in step.captures]
    parts += [each.span.line for each in step.branches]
    parts += [each.span.line for each in (step.changes, step.rollback) if each]
    parts += [step.reads_only.line] if step.reads_only else []
    return min(parts, default=0)


def no_expected_result(spot: Spot) -> Found:
    """Say behind a command which answer is healthy."""
    step = spot.step
    if step is None or step.action is None or step.question is not None:
        return "no command is here whose answer could be expected"
    if step.expectations:
        return "something is expected here already; only a person knows what is right"
    shell = step.action.language in SHELL_FENCES
    line = step.action.code.block.end_line
    expect = below_line(spot.runbook, line, SHELL_EXPECT if shell else EXPECT)
    edits = [expect]
    if step.branch("not met") is None:
        edits += _not_met_behind(step, line, expect)
    if len(edits) > 1 and edits[1].span == expect.span:
        edits = [Edit(expect.span, f"{expect.text}{edits[1].text}")]
    what = "that the command succeeds" if shell else "a threshold to write"
    return Change(f"expects {what} in step {step.title!r}", tuple(edits))


def _not_met_behind(step: Step, line: int, expect: Edit) -> list[Edit]:
    edit = one_more_branch(step, NOT_MET)
    return [Edit(expect.span, edit.text)] if edit.span.line <= line else [edit]


def ambiguous_decision(spot: Spot) -> Found:
    """Say where it goes when an expectation does not hold, or ask for a threshold."""
    step = spot.step
    if step is None:
        return _UNKNOWN
    if step.question is not None:
        return _answers(step)
    if step.action is None and step.expectations:
        return missing_command(spot)
    for expect in step.expectations if step.branch("not met") else ():
        if expect.span.line <= spot.gap.line <= expect.span.end_line:
            first, last = expect.span.line, expect.span.end_line
            span = Span(first, expect.span.column, last, _width(spot, last) + 1)
            text = f"**Expect:** {_words(expect.prose)}: `value < <threshold>`"
            return Change("asks for the threshold; write it", (Edit(span, text),))
    return _other_way(step) or _unread_expectation(spot, step)


def _other_way(step: Step) -> Change | None:
    """Return what says where it goes else; none where that is said."""
    if step.expectations and step.branch("not met") is None:
        says = f"escalates where step {step.title!r} is not met; lead elsewhere if not"
        return Change(says, (one_more_branch(step, NOT_MET),))
    conditions = [each for each in step.branches if each.kind == "when"]
    if conditions and not step.expectations and step.branch("met") is None:
        says = f"escalates where no condition of step {step.title!r} holds"
        return Change(says, (one_more_branch(step, "- **Met:** escalate"),))
    return None


def _width(spot: Spot, number: int) -> int:
    return len(spot.runbook.document.lines[number - 1])


def _words(prose: str) -> str:
    return prose.strip().rstrip(":.").strip() or "`<what is healthy, in words>`"


def _unread_expectation(spot: Spot, step: Step) -> Found:
    line = spot.line
    if "**Expect:**" not in line or step.action is None:
        return _UNKNOWN
    bare = line.rstrip().rstrip(":.")
    expression = "exit_code == 0" if step.action.language in SHELL_FENCES else ""
    expression = expression or "value < <threshold>"
    number = spot.gap.line
    edit = Edit(Span(number, 1, number, len(line) + 1), f"{bare}: `{expression}`")
    more = () if step.branch("not met") else (one_more_branch(step, NOT_MET),)
    if more and more[0].span.line == number:
        edit, more = Edit(edit.span, f"{edit.text}{more[0].text}"), ()
    return Change("asks for the threshold; write it", (edit, *more))


def _answers(step: Step) -> Found:
    known = {each.label for each in step.branches}
    if len(known) > 1:
        return "which of the answers is meant only a person knows"
    yes, no = "- **Yes:** continue", "- **No:** escalate"
    added = [each for each in (yes, no) if each.split("**")[1].rstrip(":") not in known]
    edit = one_more_branch(step, "\n".join(added))
    return Change(f"offers answers to the question of {step.title!r}", (edit,))


def wrong_tool(spot: Spot) -> Found:
    """Name the tool that reads the language of the fence."""
    step = spot.step
    action = step.action if step else None
    if action is None or action.lead is None:
        return "which tool is meant only a person knows"
    number = action.lead.span.line
    line = spot.runbook.document.lines[number - 1]
    match, language = _TOOL.search(line), language_of(action.language)
    if match is None or language is None or not language.tools:
        return "which tool is meant only a person knows"
    tool, word = _tool_of(language, action.language), match["word"]
    if tool.casefold() in match["tool"].casefold():
        return "the tool fits the fence; what is wrong with the text a person must see"
    start, end = match.span()
    edit = Edit(Span(number, start + 1, number, end + 1), f"{word} {tool}")
    return Change(f"names {tool} for the {action.language} of the fence", (edit,))


def _tool_of(language: Language, fence: str) -> str:
    lead = _LEADS.get("bash" if fence in SHELL_FENCES else fence, "")
    match = _TOOL.search(lead)
    return match["tool"] if match else language.tools[0]

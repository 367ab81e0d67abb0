"""From a run to a better runbook: where people left it, or could not go on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from runbookkit.audit.suggest_edits import Change, Found, below_line, whole_lines
from runbookkit.execute.transcript import Remark, Transcript, Visit
from runbookkit.model.runbook import Runbook, Step
from runbookkit.model.suggestion import Departure, Proposal
from runbookkit.queries.placeholders import placeholders

_LONGEST: Final = 160
_HARMLESS: Final = re.compile(r"[^\w .,;:/%=+-]+")
_WAYS: Final[Mapping[str, Departure]] = {
    "skipped": "skipped",
    "edited": "edited",
    "ran elsewhere": "ran elsewhere",
    "ran again": "ran again",
    "went back": "went back",
    "escalated": "escalated",
    "took": "took another way",
}
_ASKS: Final[Mapping[Departure, str]] = {
    "skipped": "Skip this step when `<say when; it was skipped because: {}>`.",
    "ran again": "Ask again when `<say when, and how often: it was run again>`.",
    "took another way": "Go another way when `<say when: somebody {}>`.",
    "went back": "Go back when `<say when: somebody went back {}>`.",
    "escalated": "Escalate here when `<say when; it was escalated because: {}>`.",
    "declined": "Leave the change out when `<say when: it was declined>`.",
    "failed": "When this cannot be asked, `<say what to do; it said: {}>`.",
}
"""What is asked of whoever mends the text, by what happened."""


def departures(run: Transcript, runbook: Runbook) -> tuple[Proposal, ...]:
    """Return a proposal for everything in a run that its runbook does not say.

    What people and servers said is quoted without anything that could be markup.
    """
    steps = {step.id: step for step in runbook.steps}
    found: dict[tuple[str, str, str], Proposal] = {}
    for visit in run.visits:
        step = steps.get(visit.step)
        for about, said, program in _of_visit(visit):
            change: Found = "the step is no longer in the text"
            if step is not None:
                change = _change(about, said, program, (run, visit, step, runbook))
            line = step.span.line if step is not None else 1
            proposal = _proposal(runbook.path, line, about, change)
            found.setdefault((visit.step, about, program or said), proposal)
    return tuple(found.values())


_Seen = tuple[Transcript, Visit, Step, Runbook]


def _proposal(path: str, line: int, about: Departure, change: Found) -> Proposal:
    if isinstance(change, str):
        return Proposal(path, line, about, change)
    return Proposal(path, line, about, change.says, change.edits)


def _of_visit(visit: Visit) -> Iterator[tuple[Departure, str, str]]:
    """Yield what happened, what was said about it, and what was run instead."""
    for remark in visit.remarks:
        if remark.kind == "deviation":
            yield from _deviation(remark)
        elif remark.kind == "declined the change":
            yield "declined", "", ""
    if visit.record.verdict == "error":
        yield "failed", visit.record.message, ""


def _deviation(remark: Remark) -> Iterator[tuple[Departure, str, str]]:
    what, _, text = remark.text.partition(": ")
    known = next((way for way in _WAYS if what.startswith(way)), "")
    if not known:
        return
    about = _WAYS[known]
    if about == "ran elsewhere":
        yield about, "", text
    else:
        yield about, text or what, remark.program


def _change(about: Departure, said: str, program: str, seen: _Seen) -> Found:
    change = _OF.get(about)
    if change is not None:
        return change(program, seen)
    _, _, step, runbook = seen
    words = _ASKS[about].replace("{}", in_words(said) or "nobody said why")
    edit = below_line(runbook, step.span.line, words)
    return Change(f"asks what to do at {step.title!r} ({about}); write it", (edit,))


def _edited(program: str, seen: _Seen) -> Found:
    """Put the program that was run in place of the one that stands there."""
    run, visit, step, _ = seen
    if step.action is None or not program.strip():
        return "another program was run; it is not kept"
    if not _is_plain(program) or "{{" in program:
        return "another program was run, which cannot stand in a fence as it is"
    if visit.record.program != program:
        return "another program was run; a part of it must not be kept"
    if visit.record.verdict not in {"met", "not met"}:
        return "another program was run, and it brought no answer"
    text = with_names(program, step.action.text, run.state.names_at(visit.record))
    if text.rstrip() == step.action.text.rstrip():
        return "another program was run, and the text says that one by now"
    span = step.action.code.span
    indent = " " * (step.action.code.block.column - 1)
    lines = "".join(f"{indent}{line}\n" for line in text.rstrip("\n").split("\n"))
    says = f"runs in step {step.title!r} what somebody ran instead; read it"
    return Change(says, (whole_lines(span.line, span.end_line, lines),))


def _is_plain(program: str) -> bool:
    """Tell whether a program stays in its fence, and hides nothing from a reader."""
    lines = program.replace("\t", " ").split("\n")
    return "```" not in program and all(each.isprintable() for each in lines)


def _elsewhere(program: str, seen: _Seen) -> Found:
    """Show what was run elsewhere, for a person to make a step of it."""
    _, _, step, runbook = seen
    if not program.strip() or not _is_plain(program):
        return "something was run elsewhere, which cannot be shown as it is"
    words = "Somebody also ran this, `<say when, or make a step of it>`:"
    fence = f"```text\n{program.rstrip()}\n```"
    edit = below_line(runbook, step.span.line, words, fence)
    return Change(f"shows what was run beside {step.title!r}; say when", (edit,))


_OF: Final[Mapping[Departure, Callable[[str, _Seen], Found]]] = {
    "edited": _edited,
    "ran elsewhere": _elsewhere,
}


def in_words(said: str) -> str:
    """Return what somebody said as bare words: nothing in it is markup or a mention.

    >>> in_words("see <b>@ada</b> `rm`")
    'see b ada /b rm'
    """
    words = " ".join(_HARMLESS.sub(" ", said).split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def with_names(program: str, written: str, values: Mapping[str, Any]) -> str:
    """Return a program with the names that the text uses in place of their values.

    Only where a value stands as a whole word, and only for names that the text
    fills in at this step.

    >>> with_names('x{a="acme"}', 'x{b="{{ tenant }}"}', {"tenant": "acme"})
    'x{a="{{ tenant }}"}'
    """
    for name in dict.fromkeys(each.name for each in placeholders(written)):
        value: Any = values
        for part in name.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        if isinstance(value, (str, int, float)) and len(str(value)) > 1:
            whole = rf"(?<![\w.-]){re.escape(str(value))}(?![\w.-])"
            program = re.sub(whole, lambda _: f"{{{{ {name} }}}}", program)  # noqa: B023  used at once
    return program

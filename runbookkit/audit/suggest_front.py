"""Proposals for what a runbook says in front: inputs, access."""

from __future__ import annotations

import re
from typing import Final

from runbookkit.audit.suggest_edits import Change, Found, Spot
from runbookkit.model.finding import Edit
from runbookkit.model.runbook import SHELL_FENCES, Runbook
from runbookkit.model.span import Span
from runbookkit.queries.foreign_placeholders import foreign
from runbookkit.queries.placeholders import placeholders

_OF_THE_ALERT: Final = ("labels", "annotations")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_WORD: Final = re.compile(r"[`'\"]([\w./-]{1,40})[`'\"]")
_FLOW: Final = re.compile(r"^access:\s*\[(?P<held>.*)\]\s*$")


def undefined_input(spot: Spot) -> Found:
    """Declare a name as an input, and use it where something else stood for it."""
    front = spot.runbook.document.front_matter
    if front is None or not spot.runbook.declared:
        return "the page declares no format, so it can have no inputs; `lint` says how"
    known = _known(spot.runbook)
    missing = [each for each in _named(spot.line) if each not in known]
    edits: list[Edit] = []
    if not missing:
        edits, missing = _in_our_style(spot, known)
    if not missing and not edits:
        return "the name is declared; where its value comes from only a person knows"
    declared = _declared(spot.runbook, missing)
    if declared is None:
        return "the inputs are written in one line; declare the name there by hand"
    names = ", ".join(f"`{each}`" for each in missing)
    says = f"declares {names}; say what it is and where it is found"
    return Change(says if missing else "uses the input", (*declared, *edits))


def _named(line: str) -> list[str]:
    """Return the names that are filled in on a line, each once."""
    roots = (each.name.partition(".")[0] for each in placeholders(line))
    return list(dict.fromkeys(each for each in roots if _NAME.fullmatch(each)))


def _known(runbook: Runbook) -> frozenset[str]:
    captured = (each.name for step in runbook.steps for each in step.captures)
    inputs = (each.name for each in runbook.metadata.inputs)
    return frozenset((*captured, *inputs, *_OF_THE_ALERT))


def _in_our_style(spot: Spot, known: frozenset[str]) -> tuple[list[Edit], list[str]]:
    """Return what writes ``<name>`` as ``{{ name }}``, and the names to declare."""
    step, number = spot.step, spot.gap.line
    shell = step is None or step.action is None or step.action.language in SHELL_FENCES
    edits: list[Edit] = []
    names: list[str] = []
    done = 0
    for each in foreign(spot.line, shell=shell):
        name = re.sub(r"[^a-z0-9]+", "_", each.name.lower()).strip("_")
        if each.start < done or not _NAME.fullmatch(name):
            continue
        done = each.end
        span = Span(number, each.start + 1, number, each.end + 1)
        edits.append(Edit(span, f"{{{{ {name} }}}}"))
        names.append(name)
    return edits, [each for each in dict.fromkeys(names) if each not in known]


def _declared(runbook: Runbook, names: list[str]) -> tuple[Edit, ...] | None:
    """Return what declares inputs; None where they stand in a form of their own."""
    front = runbook.document.front_matter
    if front is None:
        return None
    if not names:
        return ()
    text = "".join(
        f'  {name}:\n    description: "<what {name} is, and where it is found>"\n'
        for name in names
    )
    key = front.keys.get("inputs")
    if key is None:
        line = front.span.end_line
        return (Edit(Span(line, 1, line, 1), f"inputs:\n{text}"),)
    written = runbook.document.lines[key.line - 1].strip()
    if written != "inputs:":
        return None
    return (Edit(Span(key.line + 1, 1, key.line + 1, 1), text),)


def missing_access(spot: Spot) -> Found:
    """Name a tool among what the runner needs."""
    front = spot.runbook.document.front_matter
    if front is None or not spot.runbook.declared:
        return "which role or login it takes only a person knows"
    match = _WORD.search(spot.gap.missing)
    entry = f"{match[1] if match else '<tool>'} with <role or login>"
    says = "names what is needed under `access:`; say with which role"
    key = front.keys.get("access")
    if key is None:
        line = front.span.end_line
        return Change(says, (Edit(Span(line, 1, line, 1), f'access: ["{entry}"]\n'),))
    written = _line(spot.runbook, key.line)
    flow = _FLOW.match(written)
    if flow is not None:
        comma = ", " if flow["held"].strip() else ""
        end = flow.end("held") + 1
        edit = Edit(Span(key.line, end, key.line, end), f'{comma}"{entry}"')
        return Change(says, (edit,))
    if written.strip() != "access:":
        return "access is written in another form; name the tool there by hand"
    following = _line(spot.runbook, key.line + 1)
    indent = following[: len(following) - len(following.lstrip())]
    text = f'{indent}- "{entry}"\n'
    return Change(says, (Edit(Span(key.line + 1, 1, key.line + 1, 1), text),))


def _line(runbook: Runbook, number: int) -> str:
    return runbook.document.lines[number - 1]

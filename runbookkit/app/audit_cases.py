"""Put together what is played: redacted runbooks, their scenarios, what they link to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Final

from runbookkit.app.beginning import FoundRunbook, hash_of
from runbookkit.app.reading import paths_of, read_text
from runbookkit.app.running import redactor
from runbookkit.app.scenario_files import (
    ReadScenario,
    read_scenarios,
    scenario_files,
)
from runbookkit.app.scenarios import beginning_of
from runbookkit.audit.case import Case
from runbookkit.audit.outgoing import hidden_value
from runbookkit.audit.view import Marks, between, numbered
from runbookkit.errors import RunbookkitError
from runbookkit.execute.evidence import Redact
from runbookkit.lint.engine import is_runbook
from runbookkit.markdown.document import parse_document
from runbookkit.markdown.lines import split_lines
from runbookkit.markdown.runbook import runbook_of
from runbookkit.model.audit import Gap
from runbookkit.model.runbook import Runbook
from runbookkit.model.scenario import Scenario
from runbookkit.model.template import Template
from runbookkit.model.tested import Untested
from runbookkit.queries.registry import fence_names

_MARKDOWN: Final = (".md", ".markdown")
_OPENED: Final = (*_MARKDOWN, ".txt")
MOST_LINKED: Final = 512 * 1024
"""Bytes of a file that a player may open."""


@dataclass(frozen=True, slots=True)
class ToAudit:
    """One runbook as it may be shown: nothing in it is a secret any more."""

    path: str
    runbook: Runbook
    text: str
    """Redacted, line by line."""
    content_hash: str
    """Of the text as it was."""
    redact: Redact
    scenarios: tuple[ReadScenario, ...] = ()
    unread: tuple[Untested, ...] = ()
    """Scenarios of it that cannot be read."""
    below: str = "."
    """Only documents below this folder are opened for the player."""


def to_audit(
    paths: tuple[str, ...],
    exclude: tuple[str, ...],
    template: Template,
    hide: Callable[[str], Redact] = lambda _: redactor(),
) -> Iterator[ToAudit]:
    """Yield the runbooks at and below some paths with the scenarios they ship.

    A file that is named is taken for a runbook whatever it looks like.

    Raises:
        UsageError: A path is not there, or cannot be read.
        SecretError: A secret stands in it, and ``hide`` replaces none.
    """
    shipped = _shipped(paths, exclude)
    for path in paths_of(paths, exclude):
        if not path.endswith(_MARKDOWN):
            continue
        text = read_text(Path(path))
        if path not in paths and not _looks_like_one(text, path, template):
            continue
        redact = hide(path)
        hidden = redact(text)
        document = parse_document(hidden, path)
        found = shipped.get(path, [])
        yield ToAudit(
            path,
            runbook_of(document, template, fence_names()),
            hidden,
            hash_of(text),
            redact,
            tuple(each for each in found if isinstance(each, ReadScenario)),
            tuple(each for each in found if isinstance(each, Untested)),
        )


def _looks_like_one(text: str, path: str, template: Template) -> bool:
    return is_runbook(parse_document(text, path), template)


def _shipped(
    paths: tuple[str, ...], exclude: tuple[str, ...]
) -> dict[str, list[ReadScenario | Untested]]:
    found: dict[str, list[ReadScenario | Untested]] = {}
    for file in scenario_files(paths, exclude):
        last = ""
        for read in read_scenarios(file):
            # one that cannot be read stands beside the others of its file
            last = read.runbook if isinstance(read, ReadScenario) else last
            found.setdefault(last or _beside(file), []).append(read)
    return found


def _beside(file: str) -> str:
    path = Path(file)
    folder = path.parent.parent if path.parent.name == "scenarios" else path.parent
    return (folder / f"{path.name.split('.')[0]}.md").as_posix()


def case_of(
    wanted: ToAudit, scenario: Scenario, gaps: Sequence[Gap], marks: Marks
) -> Case:
    """Return a case with everything that is played in it.

    Raises:
        UsageError: The runbook wants inputs that the scenario does not give.
    """
    hidden = without_secrets(scenario, wanted.redact)
    linked = linked_of(wanted, marks)
    return rebuilt(wanted.runbook, hidden, tuple(gaps), linked)


def rebuilt(
    runbook: Runbook,
    scenario: Scenario,
    gaps: tuple[Gap, ...],
    linked: Mapping[str, str],
    *,
    derived: bool = False,
) -> Case:
    """Return a case from what is kept of it.

    Raises:
        UsageError: The runbook wants inputs that the scenario does not give.
    """
    found = FoundRunbook(runbook, "")
    begun = beginning_of(scenario, found)
    return Case(
        runbook, scenario, begun.start, begun.secrets, linked, gaps, derived=derived
    )


def without_secrets(scenario: Scenario, redact: Redact) -> Scenario:
    """Return a scenario whose texts are redacted, numbers and shape as they are."""
    hidden: Scenario = _hidden(scenario, redact)
    return replace(hidden, name=scenario.name, runbook=scenario.runbook)


def _hidden(value: Any, redact: Redact) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {
            key: hidden_value(key, each, redact)
            if isinstance(each, str)
            else _hidden(each, redact)
            for key, each in value.items()
        }
    if isinstance(value, (list, tuple)):
        return type(value)(_hidden(each, redact) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            f.name: _hidden(getattr(value, f.name), redact) for f in fields(value)
        }
        return replace(value, **changed)
    return value


def linked_of(wanted: ToAudit, marks: Marks) -> dict[str, str]:
    """Return the texts that a runbook's links lead to, as a player is shown them.

    Only documents below one folder are opened: a link is text from outside, and
    what it leads to may leave this machine.
    """
    here = Path(wanted.below).resolve()
    found: dict[str, str] = {}
    for link in wanted.runbook.document.links:
        target = link.target.partition("#")[0]
        if link.target in found or not target or ":" in target or link.image:
            continue
        text = _opened(Path(wanted.path).parent / target, here)
        if text is not None:
            lines = split_lines(wanted.redact(text))
            found[link.target] = between(numbered(lines), "linked", marks)
    return found


def _opened(path: Path, here: Path) -> str | None:
    try:
        file = path.resolve()
        inside = file.is_relative_to(here) and file.suffix in _OPENED
        if not inside or not file.is_file() or file.stat().st_size > MOST_LINKED:
            return None
        return read_text(file)
    except (OSError, RunbookkitError, ValueError):
        return None

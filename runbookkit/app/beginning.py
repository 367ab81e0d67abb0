"""What a run begins with: the runbook, its inputs, the run that came before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from runbookkit.app.reading import paths_of, read_text
from runbookkit.app.templates import load_template
from runbookkit.errors import UsageError
from runbookkit.execute.outside import Start
from runbookkit.markdown.runbook import FORMAT, parse_runbook
from runbookkit.model.event import Event
from runbookkit.model.runbook import Input, Runbook
from runbookkit.model.runstate import RunState
from runbookkit.queries.registry import fence_names
from runbookkit.settings import Loaded


@dataclass(frozen=True, slots=True)
class FoundRunbook:
    """A runbook and the text that it was read from."""

    runbook: Runbook
    content_hash: str
    text: str = ""
    first: str = ""
    """Id of the step that was named behind ``#``; empty for the first one."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a run is given."""

    inputs: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a run begins, and the inputs that are kept nowhere."""

    start: Start
    secrets: Mapping[str, Any]


def find_runbook(name: str, loaded: Loaded) -> FoundRunbook:
    """Return the runbook at a path, or with a name in the handbook.

    ``#anchor`` behind it names the step to begin at.

    Raises:
        UsageError: There is none, or it does not declare ``runbook/v1``.
    """
    name, _, anchor = name.partition("#")
    path = Path(name)
    if not path.is_file():
        path = _in_handbook(name, loaded)
    found = read_found(read_text(path), path.as_posix(), loaded)
    if anchor and anchor not in {step.id for step in found.runbook.steps}:
        raise UsageError(f"{path.as_posix()}: has no step {anchor!r}")
    return replace(found, first=anchor)


def read_found(text: str, path: str, loaded: Loaded) -> FoundRunbook:
    """Return the runbook that a text is.

    Raises:
        UsageError: It does not declare ``runbook/v1``, or has no steps.
    """
    configured = loaded.configuration.template
    template = load_template(configured, loaded.folder, kind="runbook").template
    runbook = parse_runbook(text, path, template, fence_names())
    if runbook.format != FORMAT:
        raise UsageError(
            f"{path}:1: does not declare `format: {FORMAT}`, so it cannot be"
            " run; `runbook lint` says what is missing"
        )
    if not runbook.steps:
        raise UsageError(f"{path}: has no steps to run")
    return FoundRunbook(runbook, hash_of(text), text)


def hash_of(text: str) -> str:
    """Return what names a version of a runbook."""
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def found_again(events: Iterable[Event], loaded: Loaded) -> FoundRunbook:
    """Return the runbook of a run as it was when the run began.

    Raises:
        UsageError: The events are not those of a run.
    """
    for event in events:
        if event.kind == "run started":
            return read_found(event.data["text"], event.data["runbook"], loaded)
    raise UsageError("these events are not those of a run")


def _in_handbook(name: str, loaded: Loaded) -> Path:
    folders = loaded.configuration.lint.handbook or (".",)
    roots = tuple(str(Path(loaded.folder) / folder) for folder in folders)
    there = tuple(root for root in roots if Path(root).is_dir())
    files = [Path(path) for path in paths_of(there, ())] if there else []
    names = {file.stem: file for file in files if file.suffix == ".md"}
    if name in names:
        return names[name]
    import difflib  # noqa: PLC0415  only for the hint

    near = difflib.get_close_matches(name, names, 3)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    raise UsageError(f"no runbook {name!r} here or in the handbook{hint}")


def begin_with(found: FoundRunbook, given: Given, *, mode: str) -> Beginning:
    """Return how a run begins: every input has a value that fits.

    Raises:
        UsageError: An input is unknown, has no value, or does not fit.
    """
    known = {each.name: each for each in found.runbook.metadata.inputs}
    for name in given.inputs:
        if name not in known:
            raise UsageError(
                f"there is no input {name!r}; known are {', '.join(known) or 'none'}"
            )
    alert = {"labels": dict(given.labels), "annotations": dict(given.annotations)}
    values = {name: _value(each, given, alert) for name, each in known.items()}
    hidden = {name for name, each in known.items() if each.type == "secret"}
    start = Start(
        found.content_hash,
        {name: value for name, value in values.items() if name not in hidden},
        alert,
        mode,
        text=found.text,
        first=found.first,
    )
    return Beginning(start, {name: values[name] for name in hidden})


def secrets_again(runbook: Runbook, given: Given) -> dict[str, Any]:
    """Return the inputs that were not kept, given once more for a resumed run.

    Raises:
        UsageError: One is missing or does not fit, or another input was given.
    """
    wanted = {e.name: e for e in runbook.metadata.inputs if e.type == "secret"}
    for name in given.inputs:
        if name not in wanted:
            raise UsageError(
                f"input {name!r}: a resumed run goes on with the values that it has"
            )
    return {name: _value(each, given, {}) for name, each in wanted.items()}


def follow_up(state: RunState, loaded: Loaded) -> tuple[FoundRunbook, Given]:
    """Return the runbook that a run handed over to, and what it is given.

    The alert goes along, and every value whose name and form the other
    runbook's inputs know.

    Raises:
        UsageError: There is no such runbook.
    """
    file, _, anchor = state.handed_to.partition("#")
    path = (Path(state.runbook).parent / file).as_posix()
    found = find_runbook(f"{path}#{anchor}" if anchor else path, loaded)
    held = {
        name: value
        for name, value in {**state.inputs, **state.captures}.items()
        if isinstance(value, (str, int, float)) and not isinstance(value, bool)
    }
    inputs = {
        each.name: str(held[each.name])
        for each in found.runbook.metadata.inputs
        if each.name in held and not _misfit(each, str(held[each.name]))
    }
    labels = state.alert.get("labels", {})
    annotations = state.alert.get("annotations", {})
    return found, Given(inputs, labels, annotations)


def _value(wanted: Input, given: Given, alert: Mapping[str, Mapping[str, str]]) -> Any:
    value: Any = given.inputs.get(wanted.name)
    if value is None and wanted.source:
        table, _, key = wanted.source.removeprefix("alert.").partition(".")
        value = alert.get(table, {}).get(key)
    if value is None:
        value = wanted.default
    if value is None:
        raise UsageError(
            f"input {wanted.name!r} has no value ({wanted.description or 'not described'});"
            f" give it with --input {wanted.name}=…"
        )
    problem = _misfit(wanted, str(value))
    if problem:
        raise UsageError(f"input {wanted.name!r}: {value!r} {problem}")
    return _number(str(value)) if wanted.type == "number" else value


def _misfit(wanted: Input, value: str) -> str:
    if wanted.type == "number" and _number(value) is None:
        return "is no number"
    if wanted.type == "duration" and not re.fullmatch(r"(\d+(ms|s|m|h|d|w))+", value):
        return "is no duration such as 15m"
    if wanted.choices and value not in wanted.choices:
        return f"is none of {', '.join(wanted.choices)}"
    if wanted.pattern and not re.fullmatch(wanted.pattern, value):
        return f"does not fit {wanted.pattern}"
    return ""


def _number(value: str) -> int | float | None:
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            continue
    return None

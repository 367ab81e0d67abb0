"""Put a run together: runbook, inputs, backends, store."""

from __future__ import annotations

import getpass
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from runbookkit.app.reading import paths_of, read_text
from runbookkit.app.templates import load_template
from runbookkit.backends import prometheus, shell
from runbookkit.clock import SystemClock
from runbookkit.errors import ConfigError, UsageError
from runbookkit.execute.runner import Outside, Start
from runbookkit.lint.secrets import secrets
from runbookkit.markdown.runbook import FORMAT, parse_runbook
from runbookkit.model.runbook import Input, Runbook
from runbookkit.ports import Backend, Clock, Store
from runbookkit.queries.quoting import render
from runbookkit.queries.registry import fence_names
from runbookkit.redact import Place, Redactor, personal_data
from runbookkit.settings import Loaded
from runbookkit.store.open import open_store

_MODULES = {prometheus.NAME: prometheus, shell.NAME: shell}
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TERM", "TZ", "USER", "KUBECONFIG")


@dataclass(frozen=True, slots=True)
class FoundRunbook:
    """A runbook and the text that it was read from."""

    runbook: Runbook
    content_hash: str


@dataclass(frozen=True, slots=True)
class Given:
    """What a run is given."""

    inputs: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)


def find_runbook(name: str, loaded: Loaded) -> FoundRunbook:
    """Return the runbook at a path, or with a name in the handbook.

    Raises:
        UsageError: There is none, or it does not declare ``runbook/v1``.
    """
    path = Path(name)
    if not path.is_file():
        path = _in_handbook(name, loaded)
    text = read_text(path)
    configured = loaded.configuration.template
    template = load_template(configured, loaded.folder, kind="runbook").template
    runbook = parse_runbook(text, path.as_posix(), template, fence_names())
    if runbook.format != FORMAT:
        raise UsageError(
            f"{path.as_posix()}:1: does not declare `format: {FORMAT}`, so it cannot be"
            " run; `runbook lint` says what is missing"
        )
    if not runbook.steps:
        raise UsageError(f"{path.as_posix()}: has no steps to run")
    return FoundRunbook(runbook, f"sha256:{sha256(text.encode()).hexdigest()}")


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


def start_of(found: FoundRunbook, given: Given, *, mode: str) -> Start:
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
    inputs = {name: _value(each, given, alert) for name, each in known.items()}
    return Start(found.content_hash, inputs, alert, mode)


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


def backends_of(
    loaded: Loaded, variables: Mapping[str, str], clock: Clock, state: Path
) -> dict[str, Backend]:
    """Connect the configured backends; return them by fence language.

    Raises:
        ConfigError: A backend is unknown or its table does not fit.
    """
    tables = {
        name: dict(table) for name, table in loaded.configuration.backends.items()
    }
    here = tables.setdefault(shell.NAME, {})
    here.setdefault("environment", _environment(variables))
    here.setdefault("spool", str(state / "changes"))
    backends: dict[str, Backend] = {}
    for name, table in tables.items():
        module = _MODULES.get(name)
        if module is None:
            raise ConfigError(
                f"{loaded.file}: backends.{name}: no such backend; known are"
                f" {', '.join(sorted(_MODULES))}"
            )
        try:
            config = TypeAdapter[Any](module.Config).validate_python(table)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, ("backends", name, *first["loc"])))
            raise ConfigError(f"{loaded.file}: {where}: {first['msg']}") from error
        backend: Backend = module.connect(config, clock=clock)
        backends.update(dict.fromkeys(backend.languages, backend))
    return backends


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return what a command may see: no token of ours is in it."""
    return {name: variables[name] for name in _KEPT_VARIABLES if name in variables}


def redactor() -> Redactor:
    """Return what replaces secrets and personal data before anything is kept."""
    return Redactor((_secrets, personal_data))


def _secrets(text: str) -> Iterator[Place]:
    for each in secrets(text):
        yield Place(each.start, each.end, "secret")


def state_folder(loaded: Loaded, variables: Mapping[str, str]) -> Path:
    """Return the folder for what must not be lost."""
    if loaded.configuration.state:
        return Path(loaded.folder) / loaded.configuration.state
    home = variables.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(home) / "runbookkit"


def store_of(loaded: Loaded, state: Path, clock: Clock) -> Store:
    """Open the configured store; an SQLite file in the state folder by default."""
    name = loaded.configuration.store or str(state / "log.sqlite")
    return open_store(name, clock=clock.now)


def outside_of(
    loaded: Loaded,
    variables: Mapping[str, str],
    *,
    new_id: Callable[[], str] | None = None,
) -> Outside:
    """Return everything that a run uses from outside, connected."""
    clock = SystemClock()
    state = state_folder(loaded, variables)
    return Outside(
        store_of(loaded, state, clock),
        backends_of(loaded, variables, clock, state),
        clock,
        render,
        redactor(),
        new_id or (lambda: uuid4().hex),
    )


def person_name() -> str:
    """Return the name of whoever sits here, as events record it."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"

"""Connect what a run uses from outside: backends, store, redaction."""

from __future__ import annotations

import contextlib
import getpass
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlsplit
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from runbookkit.clock import SystemClock
from runbookkit.discovery import member
from runbookkit.errors import ConfigError, NotFoundError, StoreError
from runbookkit.execute.outside import Outside
from runbookkit.lint.secrets import secrets
from runbookkit.model.runstate import Machine
from runbookkit.ports import Backend, BackendModule, Clock, Store
from runbookkit.queries.quoting import render
from runbookkit.redact import Place, Redactor, personal_data
from runbookkit.settings import SERVER, Loaded
from runbookkit.store.open import open_store

_FAMILY = "runbookkit.backends"
_WANTED = ("NAME", "LANGUAGES", "Config", "connect")
_SHELL = "shell"
_HERE = ("bpftrace", _SHELL)
"""Backends that need no address: they run programs."""
NO_RUNS: Final = (
    ": no run is kept here; `runbook run NAME` begins one, and RUNBOOK_STORE or"
    " RUNBOOK_SERVER says where another one is kept"
)
_KEPT_VARIABLES = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TERM", "TZ", "USER", "KUBECONFIG"),
    # the agent that holds a person's keys: ssh asks it, and takes no key away
    "SSH_AUTH_SOCK",
)


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
    for name in _HERE:
        here = tables.setdefault(name, {})
        here.setdefault("environment", _environment(variables))
    tables[_SHELL].setdefault("spool", str(spool_of(loaded, state)))
    backends: dict[str, Backend] = {}
    for name, table in tables.items():
        module = cast("BackendModule", member(_FAMILY, name, _WANTED))
        try:
            config = TypeAdapter[Any](module.Config).validate_python(table)
        except ValidationError as error:
            page = "docs/configuration.md"
            raise misfit(loaded, f"backends.{name}", error, page) from error
        backend: Backend = module.connect(config, clock=clock)
        backends.update(dict.fromkeys(backend.languages, backend))
    return backends


def misfit(
    loaded: Loaded, table: str, error: ValidationError, page: str
) -> ConfigError:
    """Return the error that a table of the configuration does not fit."""
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(map(str, (table, *first["loc"])))
    origins = (came for key, came in loaded.origins.items() if key == where)
    said = first["msg"][:1].lower() + first["msg"][1:]
    if first["type"] == "unexpected_keyword_argument":
        said = "unknown key"
    file = next(origins, loaded.file)
    return ConfigError(f"{file}: {where}: {said}; {page} shows this table")


def spool_of(loaded: Loaded, state: Path) -> Path:
    """Return the folder that keeps the results of changes."""
    configured = loaded.configuration.backends.get(_SHELL, {}).get("spool")
    return Path(configured) if configured else state / "changes"


def machine_of(spool: Path) -> Machine:
    """Return where changes are made from; a folder that was lost is another one.

    Raises:
        StoreError: The folder cannot be written.
    """
    file = spool / "id"
    try:
        spool.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not file.exists():
            own = file.with_name(f"id.{uuid4().hex}")
            own.write_text(uuid4().hex)
            with contextlib.suppress(FileExistsError):
                file.hardlink_to(own)  # of two at once, one is first
            own.unlink()
        return Machine(socket.gethostname(), file.read_text())
    except OSError as error:
        raise StoreError(f"{spool}: cannot be written: {error.strerror}") from error


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


def store_in_words(loaded: Loaded, state: Path, variables: Mapping[str, str]) -> str:
    """Return where the log is, without what opens it."""
    server = urlsplit(variables.get(SERVER, "")).hostname
    if server:
        return f"the log of {server}"
    return name_in_words(store_name(loaded, state))


def name_in_words(name: str) -> str:
    """Return the name of a store without what opens it.

    >>> name_in_words("postgresql://ada:secret@db.example/runbook")
    'PostgreSQL db.example/runbook'
    """
    if "://" not in name:
        return name.replace(str(Path.home()), "~", 1)
    address = urlsplit(name)
    return f"PostgreSQL {address.hostname or 'here'}{address.path}"


def no_incident(number: int, where: str) -> NotFoundError:
    """Return the error that there is no incident of a number in a store."""
    return NotFoundError(
        f"there is no incident {number} in {where}; `runbook incident list --all` shows"
        " those that there are"
    )


def store_name(loaded: Loaded, state: Path) -> str:
    """Return what opens the configured store; a file in the state folder by default."""
    return loaded.configuration.store or str(state / "log.sqlite")


def store_of(
    loaded: Loaded,
    state: Path,
    clock: Clock,
    variables: Mapping[str, str] | None = None,
) -> Store:
    """Open the configured store, or that of the server that the environment names.

    Raises:
        ConfigError: The server's address or token cannot be used.
        StoreError: It cannot be opened.
    """
    from runbookkit.app.remote import client_of  # noqa: PLC0415  loads the HTTP library

    client = client_of(variables or {})
    if client is not None:
        from runbookkit.store.remote import RemoteStore  # noqa: PLC0415  seldom

        return RemoteStore(client)
    return open_store(store_name(loaded, state), clock=clock.now)


def outside_of(
    loaded: Loaded,
    variables: Mapping[str, str],
    *,
    new_id: Callable[[], str] | None = None,
    store: Store | None = None,
) -> Outside:
    """Return everything that a run uses from outside, connected.

    Args:
        loaded: The configuration.
        variables: The environment.
        new_id: Makes ids.
        store: One that is open already.
    """
    clock = SystemClock()
    state = state_folder(loaded, variables)
    return Outside(
        store or store_of(loaded, state, clock, variables),
        backends_of(loaded, variables, clock, state),
        clock,
        render,
        redactor(),
        new_id or (lambda: uuid4().hex),
        machine=machine_of(spool_of(loaded, state)),
    )


def person_name() -> str:
    """Return the name of whoever sits here, as events record it."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"

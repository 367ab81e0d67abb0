"""``runbook incident``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import cyclopts
from cyclopts import Parameter, validators
from pydantic import TypeAdapter

from runbookkit import settings
from runbookkit.app.connecting import window_named
from runbookkit.app.incident_desk import AnyDesk, desk_of
from runbookkit.app.running import (
    name_in_words,
    no_incident,
    person_name,
    state_folder,
    store_in_words,
)
from runbookkit.cli import codes
from runbookkit.cli.incidents_shown import listed, shown
from runbookkit.clock import SystemClock
from runbookkit.errors import NotFoundError, UsageError
from runbookkit.incidents.naming import number_of
from runbookkit.model.command import Command, CommandKind
from runbookkit.model.incident import IncidentRow, Severity
from runbookkit.model.incident_view import IncidentList, IncidentView

incident = cyclopts.App(
    name="incident", help="List incidents, show one, and work on it."
)
_flag = Parameter(negative=())
_MANY = validators.Number(gte=1, lte=10_000)
Number = Annotated[int, Parameter(converter=lambda _, given: number_of(given[0].value))]
"""Of an incident, as `12` or `INC-12`."""
AsJson = Annotated[bool, Parameter(("--json",), negative=())]


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Where:
    """Which incidents are meant."""

    server: str = ""
    """Address of a `runbook serve`; else `RUNBOOK_SERVER`. Its token is in
    `RUNBOOK_TOKEN`, or in the file that `RUNBOOK_TOKEN_FILE` names."""
    store: str = ""
    """An SQLite file or `postgresql://…`; else the configured one."""
    config: str = ""
    """Configuration file; found upward from here when left out."""


_HERE = Where()


@incident.command(name="list")
def list_(
    *,
    all: Annotated[bool, _flag] = False,  # noqa: A002  the name that people type
    limit: Annotated[int, Parameter(validator=_MANY)] = 50,
    as_json: AsJson = False,
    where: Where = _HERE,
) -> int:
    """List the incidents that are not over, the newest first.

    Parameters
    ----------
    all
        Those that are over too.
    limit
        At most so many.
    as_json
        Print them as JSON.
    """
    with _desk(where) as desk:
        rows = desk.incidents(everything=all, limit=limit)
    if not rows:
        others = "" if all else "; --all shows those that are over"
        print(f"looked in {_place(where)}{others}", file=sys.stderr)
    if as_json:
        return _print_json(IncidentList, IncidentList(tuple(rows)))
    sys.stdout.write(listed(rows, SystemClock().now()))
    return codes.OK


@incident.command
def show(
    number: Number,
    /,
    *,
    activity: Annotated[bool, _flag] = False,
    as_json: AsJson = False,
    where: Where = _HERE,
) -> int:
    """Show an incident: its state, its alerts, its timeline.

    Parameters
    ----------
    number
        Of the incident.
    activity
        Everything that happened, not only the story.
    as_json
        Print it as JSON.
    """
    with _desk(where, number) as desk:
        view = desk.view(number)
    if as_json:
        return _print_json(IncidentView, view)
    sys.stdout.write(shown(view, SystemClock().now(), everything=activity))
    return codes.OK


@incident.command
def ack(
    number: Number, /, *, why: str = "", as_json: AsJson = False, where: Where = _HERE
) -> int:
    """Acknowledge an incident: its page is answered."""
    return _ask("acknowledge", number, where, text=why, as_json=as_json)


@incident.command
def note(
    number: Number, text: str, /, *, as_json: AsJson = False, where: Where = _HERE
) -> int:
    """Add a note to the timeline."""
    return _ask("note", number, where, text=text, as_json=as_json)


@incident.command
def role(
    number: Number,
    name: str,
    person: str = "",
    /,
    *,
    nobody: Annotated[bool, _flag] = False,
    as_json: AsJson = False,
    where: Where = _HERE,
) -> int:
    """Take a role, or give it to somebody.

    Parameters
    ----------
    number
        Of the incident.
    name
        Of the role, such as commander.
    person
        Who takes it; you, when left out.
    nobody
        Give it up.
    as_json
        Print the incident as JSON.
    """
    taken = "" if nobody else person or person_name()
    return _ask("role", number, where, role=name, person=taken, as_json=as_json)


@incident.command
def severity(
    number: Number, level: Severity, /, *, as_json: AsJson = False, where: Where = _HERE
) -> int:
    """Change how bad it is."""
    return _ask("severity", number, where, severity=level, as_json=as_json)


@incident.command
def mitigate(
    number: Number, /, *, why: str = "", as_json: AsJson = False, where: Where = _HERE
) -> int:
    """Say that users are no longer affected."""
    return _ask("mitigate", number, where, text=why, as_json=as_json)


@incident.command
def resolve(
    number: Number,
    /,
    *,
    why: str = "",
    even_firing: Annotated[bool, _flag] = False,
    as_json: AsJson = False,
    where: Where = _HERE,
) -> int:
    """Say that it is over.

    Parameters
    ----------
    number
        Of the incident.
    why
        What ended it.
    even_firing
        Although alerts fire; they count as resolved until they are heard of again.
    as_json
        Print the incident as JSON.
    """
    return _ask(
        "resolve", number, where, text=why, even_firing=even_firing, as_json=as_json
    )


@incident.command
def reopen(
    number: Number, /, *, why: str = "", as_json: AsJson = False, where: Where = _HERE
) -> int:
    """Say that it is not over."""
    return _ask("reopen", number, where, text=why, as_json=as_json)


@incident.command
def silence(
    number: Number,
    /,
    *,
    lasting: Annotated[str, Parameter(("--for",))],
    why: str = "",
    as_json: AsJson = False,
    where: Where = _HERE,
) -> int:
    """Silence its alerts for some time; the silence ends with the incident.

    Parameters
    ----------
    number
        Of the incident.
    lasting
        How long, such as `30m` or `2h`; a day at most.
    why
        What those who find the silence should know.
    as_json
        Print the incident as JSON.
    """
    until = SystemClock().now() + window_named(lasting)
    return _ask("silence", number, where, text=why, until=until, as_json=as_json)


@incident.command
def merge(
    number: Number, into: Number, /, *, as_json: AsJson = False, where: Where = _HERE
) -> int:
    """Put an incident's alerts into another one, which goes on for both."""
    return _ask("merge", number, where, into=into, as_json=as_json)


@contextmanager
def _desk(where: Where, *numbers: int) -> Iterator[AnyDesk]:
    variables = settings.environment(where.server)
    loaded = settings.load(Path(), variables, file=where.config)
    if where.store and not _is_there(where.store):
        raise UsageError(
            f"--store {where.store}: there is no such file; `runbook serve --store"
            f" {where.store}` makes it, and --server names one that runs elsewhere"
        )
    with desk_of(loaded, variables, server=where.server, store=where.store) as desk:
        try:
            yield desk
        except NotFoundError as error:
            raise no_incident(numbers[0], _place(where)) from error


def _place(where: Where) -> str:
    if where.store:
        return name_in_words(where.store)
    variables = settings.environment(where.server)
    loaded = settings.load(Path(), variables, file=where.config)
    return store_in_words(loaded, state_folder(loaded, variables), variables)


def _is_there(store: str) -> bool:
    return "://" in store or Path(store).is_file()


def _ask(
    kind: CommandKind, number: int, where: Where, *, as_json: bool, **more: Any
) -> int:
    now = SystemClock().now()
    command = Command(kind, number, person_name(), "terminal", now, **more)
    with _desk(where, number) as desk:
        row = desk.obey(command)
    if as_json:
        return _print_json(IncidentRow, row)
    sys.stdout.write(listed([row], now))
    return codes.OK


def _print_json(kind: Any, value: Any) -> int:
    sys.stdout.write(TypeAdapter(kind).dump_json(value, indent=2).decode() + "\n")
    return codes.OK

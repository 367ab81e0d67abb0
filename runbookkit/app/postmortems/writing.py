"""Write a draft to disk, with its charts beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from runbookkit.app.postmortems.assisting import assisted, assisted_text
from runbookkit.app.postmortems.claims import Checked
from runbookkit.app.postmortems.drafting import draft, title_of
from runbookkit.app.postmortems.facts import Facts
from runbookkit.app.postmortems.gathering import gather, name_of
from runbookkit.app.remote import client_of
from runbookkit.app.running import state_folder, store_name
from runbookkit.app.templates import load_template
from runbookkit.errors import UsageError
from runbookkit.execute.evidence import Redact
from runbookkit.ports import Clock, IncidentStore, Player, Record
from runbookkit.settings import Loaded
from runbookkit.store.open import open_store
from runbookkit.store.remote import RemoteStore

_NO_NAME: Final = re.compile(r"[^a-z0-9]+")
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Written:
    """Where a draft is, and what of it people have taken over."""

    file: Path
    text: str
    edited: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    again: bool = False
    """The file was there already."""
    refused: tuple[tuple[str, str], ...] = ()
    """Sentences of a model that may not stand, and why."""


@dataclass(frozen=True, slots=True)
class Assistance:
    """Who writes sentences for a summary, and what hides secrets from them."""

    player: Player
    hide: Redact


class Opened(NamedTuple):
    """Where incidents are kept."""

    record: Record
    store: IncidentStore | None
    """None behind a server, which measures impact itself."""


@contextmanager
def incidents_of(
    loaded: Loaded, variables: Mapping[str, str], clock: Clock, server: str = ""
) -> Iterator[Opened]:
    """Yield the record of a server that is named, else the configured store.

    Raises:
        ConfigError: The server's address or token cannot be used.
        StoreError: It cannot be opened.
    """
    client = client_of(variables, server)
    if client is not None:
        yield Opened(RemoteStore(client), None)
        return
    name = store_name(loaded, state_folder(loaded, variables))
    opened = open_store(name, clock=clock.now)
    try:
        yield Opened(opened, opened)
    finally:
        opened.close()


def write_draft(
    number: int,
    store: Record,
    loaded: Loaded,
    *,
    today: date,
    into: Path,
    assistance: Assistance | None = None,
) -> Written:
    """Write the postmortem of an incident, or bring one up to date.

    ``into`` is a folder, or the file itself, which ends in ``.md``. A file of the
    folder that is about the incident is found by its name's end.

    Raises:
        PlayerError: Whoever assists wrote nothing that can be read.
        UsageError: There is no such incident, or the folder cannot be written.
    """
    name = name_of(number).lower()
    named = into.suffix == ".md"
    there = next(iter(sorted(into.glob(f"*-{name}.md"))), into if named else None)
    facts = gather(number, store, loaded, today=today, assets=f"{name}-charts")
    target = there or into / file_name(facts)
    configured = loaded.configuration.postmortem_template
    template = load_template(configured, loaded.folder, kind="postmortem").template
    found = Checked(())
    if assistance is not None:
        found = assisted(facts, assistance.player, assistance.hide)
    said = assisted_text(found, facts)
    try:
        previous = target.read_text(encoding="utf-8") if target.is_file() else ""
        made = draft(facts, template, previous, said)
        for each in facts.pictures.values():
            picture = target.parent / each.file
            picture.parent.mkdir(parents=True, exist_ok=True)
            picture.write_text(each.svg, encoding="utf-8")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(made.text.encode("utf-8", "replace"))
    except OSError as error:
        where = target.as_posix()
        raise UsageError(
            f"{where}: cannot be written: {error.strerror}; name another folder with"
            " --into"
        ) from error
    again = bool(previous)
    return Written(target, made.text, made.edited, made.missing, again, found.refused)


def file_name(facts: Facts) -> str:
    """Return what a postmortem's file is called: day, title, incident."""
    words = _NO_NAME.sub("-", title_of(facts).lower())[:_LONGEST].strip("-")
    return f"{facts.started:%Y-%m-%d}-{words}-{facts.name.lower()}.md"

"""Open the incident desk that a command works with: here, or behind a server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Protocol

from runbookkit.app.desk import Desk
from runbookkit.app.remote import RemoteDesk, client_of
from runbookkit.app.running import state_folder, store_name
from runbookkit.clock import SystemClock
from runbookkit.model.command import Command
from runbookkit.model.event import Event
from runbookkit.model.incident import IncidentRow
from runbookkit.model.incident_view import IncidentView
from runbookkit.model.policy import Policy
from runbookkit.ports import Clock, Store
from runbookkit.settings import Loaded
from runbookkit.store.log import Log
from runbookkit.store.open import open_store


class AnyDesk(Protocol):
    """What commands need of a desk."""

    def incidents(self, *, everything: bool, limit: int) -> list[IncidentRow]:
        """Return incidents, the newest first."""

    def view(self, number: int) -> IncidentView:
        """Return an incident with its alerts and its timeline."""

    def obey(self, command: Command) -> IncidentRow:
        """Carry a command out, and return its incident as it is then."""


@contextmanager
def desk_of(
    loaded: Loaded, variables: Mapping[str, str], *, server: str = "", store: str = ""
) -> Iterator[AnyDesk]:
    """Yield the desk of a server that is named, else that of the configured store.

    Raises:
        ConfigError: The server's address or token cannot be used.
        StoreError: The store cannot be opened.
    """
    client = None if store else client_of(variables, server)
    if client is not None:
        yield RemoteDesk(client)
        return
    clock = SystemClock()
    name = store or store_name(loaded, state_folder(loaded, variables))
    opened = open_store(name, clock=clock.now)
    try:
        yield Desk(opened, clock.now, _policy(loaded, clock))
    finally:
        opened.close()


def attach(store: Store, event: Event) -> None:
    """Show the beginning of a run on its incident.

    Raises:
        StoreError: It could not be stored.
    """
    if isinstance(store, Log):  # a server does it itself with what it is handed
        Desk(store, SystemClock().now).attach(event)


def _policy(loaded: Loaded, clock: Clock) -> Policy:
    """Return the policy, with what notifiers can do for what is asked here."""
    own = loaded.configuration.incidents
    if not loaded.configuration.notifiers:
        return own  # their modules are slow to load
    from runbookkit.app.notifying import (  # noqa: PLC0415  slow to load
        integrations_of,
        notifiers_of,
    )

    found = notifiers_of(loaded, clock, own.instance)
    return replace(own, integrations=integrations_of(found))

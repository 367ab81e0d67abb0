"""The events of one run: durable first, then applied, then shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runbookkit.errors import ConflictError
from runbookkit.execute.evidence import redacted
from runbookkit.execute.outside import Outside, stream_of
from runbookkit.execute.person import Person
from runbookkit.execute.state import apply, state_of
from runbookkit.model.event import NewEvent
from runbookkit.model.runstate import RunState

Happened = tuple[str, dict[str, Any]]
"""Kind and data of an event."""
_TOKEN = "<secret>"  # noqa: S105  stands in place of one
_LEAST = 4
"""Shorter secrets are not looked for in texts: they would tear up every answer."""


class Keeper:
    """Keeps what happens in one run, and knows its state.

    What must not be kept (secret inputs, captured values that look like
    secrets) stays in memory; after a crash it is to be given again.
    """

    def __init__(
        self, run: str, outside: Outside, person: Person, secrets: Mapping[str, Any]
    ) -> None:
        self._outside = outside
        self._person = person
        self._stream = stream_of(run)
        self._secrets = [str(each) for each in secrets.values()]
        self._unkept = dict(secrets)
        self.state: RunState = state_of(run, outside.store.read(self._stream))

    @property
    def names(self) -> Mapping[str, Any]:
        """All values that have a name, those that are not kept included."""
        return {**self.state.names, **self._unkept}

    def hide(self, text: str) -> str:
        """Return a text as it may be kept."""
        for secret in self._secrets:
            if len(secret) >= _LEAST:
                text = text.replace(secret, _TOKEN)
        return self._outside.redact(text)

    def captured(self, step: str, captures: Mapping[str, Any]) -> list[Happened]:
        """Return the events for captured values; what may not be kept is remembered."""
        events: list[Happened] = []
        for name, value in captures.items():
            shown = redacted(value, self.hide)
            self._unkept.pop(name, None)
            data = {"step": step, "name": name, "value": shown}
            if shown != value:
                self._unkept[name] = value
                data["kept"] = False
            events.append(("value captured", data))
        return events

    def read_again(self) -> None:
        """Take in what was kept of the run since its state was read."""
        store = self._outside.store
        self.state = state_of(self.state.run, store.read(self._stream))

    def keep(self, *happened: Happened) -> None:
        """Make events durable, then show them.

        Raises:
            ConflictError: The run goes on elsewhere.
            StoreError: They could not be written; nothing was kept.
        """
        now = self._outside.clock.now()
        new = [
            NewEvent(kind, now, data, self._person.name, self._outside.source)
            for kind, data in happened
        ]
        try:
            kept = self._outside.store.append(self._stream, self.state.sequence, new)
        except ConflictError as error:
            raise ConflictError(
                f"run {self.state.run} goes on elsewhere; this one stops here"
            ) from error
        for event in kept:
            self.state = apply(self.state, event)
            self._person.told(event, self.state)

"""A draft for the status page: a text in a file, which a person publishes or does not.

It holds words of the configuration and of this module, numbers and times. No title,
label, host or name of an alert can come into it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from runbookkit.errors import NotifierError
from runbookkit.http import Transport
from runbookkit.model.base import Data
from runbookkit.model.effect import Effect, EffectKind, Receipt
from runbookkit.model.incident import IncidentRow, IncidentStatus
from runbookkit.ports import Clock

NAME: Final = "statuspage"
_WORDS: Final[Mapping[IncidentStatus, tuple[str, str]]] = {
    "open": ("Investigating", "We are looking into a problem with {component}."),
    "acknowledged": (
        "Identified",
        "We are working on a problem with {component}.",
    ),
    "mitigated": (
        "Monitoring",
        "{component} works again. We are watching whether it stays so.",
    ),
    "resolved": ("Resolved", "The problem with {component} is solved."),
    "reviewed": ("Resolved", "The problem with {component} is solved."),
}


@dataclass(frozen=True, slots=True)
class Config(Data):
    """Which services the public knows, and by what names."""

    folder: str
    """Where drafts are written, one file for each incident."""
    components: Mapping[str, str] = field(default_factory=dict)
    """What the public calls a service; there is no draft for any other."""
    next_update_minutes: int = 30


class StatusPage:
    """Writes drafts; see :class:`runbookkit.ports.Notifier`."""

    name = NAME
    kinds: frozenset[EffectKind] = frozenset({"show status"})

    def __init__(self, config: Config) -> None:
        self._config = config

    def perform(self, effect: Effect, attempt: int) -> Receipt:  # noqa: ARG002  the same file
        """Write the draft that fits an incident's status.

        Raises:
            NotifierError: The folder cannot be written.
        """
        text = draft(effect.incident, effect.at, self._config)
        if not text:
            return Receipt()
        file = Path(self._config.folder) / f"incident-{effect.incident.id}.md"
        new = file.with_suffix(".new")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            new.write_text(text)
            new.replace(file)
        except OSError as error:
            raise NotifierError(
                f"{file}: cannot be written: {error.strerror}",
                notifier=NAME,
                retryable=True,
            ) from error
        return Receipt({"draft": str(file)})


def draft(incident: IncidentRow, at: datetime, config: Config) -> str:
    """Return the draft for an incident; empty when the public knows nothing of it."""
    component = config.components.get(incident.service, "")
    if not component or incident.status not in _WORDS:
        return ""
    state, sentence = _WORDS[incident.status]
    lines = [f"**{state}** · {_minute(at)}", "", sentence.format(component=component)]
    if incident.resolved_at and state == "Resolved":
        lines.append(
            f"It began at {_minute(incident.opened_at)} and ended at"
            f" {_minute(incident.resolved_at)}."
        )
    else:
        following = at + timedelta(minutes=config.next_update_minutes)
        lines.append(f"It began at {_minute(incident.opened_at)}.")
        lines.append(f"The next update is at {_minute(following)}.")
    return "\n".join(lines) + "\n"


def _minute(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def connect(
    config: Config,
    *,
    clock: Clock,  # noqa: ARG001  the shape of a notifier
    transport: Transport | None = None,  # noqa: ARG001  nothing is sent
) -> StatusPage:
    """Return what writes drafts; nothing is ever published."""
    return StatusPage(config)

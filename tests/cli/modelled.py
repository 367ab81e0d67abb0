"""A folder with a runbook, and a server that plays a model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cli.command import CLEAN, Done, Place
from doubles.messages.acting import acted_by
from doubles.messages.api import MODEL, Messages
from doubles.messages.replies import Script
from doubles.messages.server import messages_api
from lint.examples import template
from runbookkit.app.audit_players import scripted_player

KEY = "sk-" + "ant-" + "api03-" + "k" * 12
LITERAL = acted_by(scripted_player("literal", template("runbook")))


@dataclass(frozen=True)
class House:
    """A folder with a runbook, and a server that plays a model."""

    place: Place
    server: Messages

    def audit(self, *more: str, **variables: str) -> Done:
        line = ("audit", "a.md", "--model", MODEL, *more)
        return self.place.run(*line, **variables)

    @property
    def asked(self) -> int:
        return len(self.server.asked)


@contextmanager
def house(folder: Path, script: Script = LITERAL, page: str = CLEAN) -> Iterator[House]:
    with messages_api(script) as server:
        environment = {
            "ANTHROPIC_API_KEY": KEY,
            "ANTHROPIC_BASE_URL": server.url,
            "RUNBOOK_AUDIT__RETRIES": "0",
            "RUNBOOK_AUDIT__SECONDS": "1",
            "RUNBOOK_AUDIT__AT_ONCE": "1",  # the order of requests matters to scripts
            "XDG_STATE_HOME": str(folder / "state"),
            "CI": "",
        }
        place = Place(folder, environment)
        place.write("a.md", page)
        yield House(place, server)

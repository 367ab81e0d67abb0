"""The model that may write a summary: as configured for audits, within its budget."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

from runbookkit.app.audit_house import house_of
from runbookkit.app.audit_model import ModelRequest, bounds_of, hiding, options_of
from runbookkit.app.postmortems.assisting import TOOL
from runbookkit.app.postmortems.writing import Assistance
from runbookkit.audit.players.messages.client import check
from runbookkit.audit.players.messages.player import MessagesPlayer
from runbookkit.ports import Clock
from runbookkit.settings import Loaded


@contextmanager
def model_writer(
    model: str, loaded: Loaded, variables: Mapping[str, str], clock: Clock
) -> Iterator[Assistance]:
    """Yield who writes; nothing is sent before the first summary.

    Raises:
        UsageError: There is no model, no credential, or its library is missing.
    """
    house = house_of(loaded, variables, clock)
    asked = ModelRequest(model, redact=True)
    options = options_of(asked, house)
    check(options, variables)
    with bounds_of(options, house) as bounds:
        writer = MessagesPlayer(options, (TOOL,), bounds, variables)
        with closing(writer):
            yield Assistance(writer, hiding(asked, options)("postmortem"))

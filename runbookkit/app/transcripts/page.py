"""The page of a run, for whoever may read its store."""

from __future__ import annotations

from collections.abc import Sequence

from runbookkit.app.beginning import read_found
from runbookkit.app.transcripts.html import html
from runbookkit.errors import NotFoundError, RunbookkitError
from runbookkit.execute.outside import stream_of
from runbookkit.execute.transcript import transcript_of
from runbookkit.model.event import Event
from runbookkit.model.runbook import Runbook
from runbookkit.ports import Store
from runbookkit.settings import Loaded


def run_page(run: str, *, store: Store, loaded: Loaded) -> str:
    """Return the transcript of a run as HTML, as far as it has come.

    Raises:
        NotFoundError: There is no such run.
        StoreError: The store cannot be asked.
    """
    events = store.read(stream_of(run))
    if not events:
        raise NotFoundError(f"there is no run {run!r}")
    transcript = transcript_of(run, events, _runbook(events, loaded))
    return html(transcript, loaded.configuration.grafana)


def _runbook(events: Sequence[Event], loaded: Loaded) -> Runbook | None:
    begun = events[0].data
    try:
        return read_found(begun["text"], begun["runbook"], loaded).runbook
    except (KeyError, RunbookkitError):
        return None  # steps are then called by their ids

"""Read a run's events, and make its transcript."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from runbookkit.app.beginning import read_found
from runbookkit.app.running import NO_RUNS, state_folder, store_of
from runbookkit.clock import SystemClock
from runbookkit.errors import UsageError
from runbookkit.execute.outside import stream_of
from runbookkit.execute.transcript import Transcript, transcript_of
from runbookkit.model.event import Event
from runbookkit.model.runbook import Runbook
from runbookkit.ports import Store
from runbookkit.settings import Loaded

_NEWEST = 5


def read_transcript(
    name: str, loaded: Loaded, variables: Mapping[str, str]
) -> Transcript:
    """Return the transcript of the run with an id, or with a beginning of it.

    Raises:
        UsageError: There is no such run, or there are several.
    """
    store = store_of(loaded, state_folder(loaded, variables), SystemClock(), variables)
    try:
        run = _run(name, store)
        events = store.read(stream_of(run))
    finally:
        store.close()
    return transcript_of(run, events, _runbook(events, loaded))


def _run(name: str, store: Store) -> str:
    known = [stream.partition("/")[2] for stream in store.streams("run")]
    found = [run for run in known if run.startswith(name)] if name else []
    if name in known or len(found) == 1:
        return name if name in known else found[0]
    if found:
        raise UsageError(f"several runs begin with {name!r}: {', '.join(found)}")
    hint = f"; the newest are {', '.join(known[:_NEWEST])}" if known else NO_RUNS
    raise UsageError(f"there is no run {name!r}{hint}")


def _runbook(events: Sequence[Event], loaded: Loaded) -> Runbook | None:
    """Return the runbook as it was; none in logs that do not hold its text."""
    begun = events[0].data
    if not begun.get("text"):
        return None
    return read_found(begun["text"], begun["runbook"], loaded).runbook

"""Run the whole server until it is told to end."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from runbookkit.app.attending import attendance_of
from runbookkit.app.audit_record import audited_words
from runbookkit.app.desk import Desk
from runbookkit.app.following import poll
from runbookkit.app.running import state_folder, store_name
from runbookkit.app.transcripts.page import run_page
from runbookkit.clock import SystemClock
from runbookkit.model.serving import ServeOptions
from runbookkit.server.assembly import assembled, check_place
from runbookkit.server.job_metrics import AttendanceMetrics
from runbookkit.server.listening import bound, place_of, server_of
from runbookkit.server.logs import log_as_json
from runbookkit.server.webhooks import PREFIX
from runbookkit.settings import Loaded
from runbookkit.store.open import open_store, wake_of

_LOG: Final = logging.getLogger("runbookkit.server")


def run_server(
    loaded: Loaded,
    variables: Mapping[str, str],
    *,
    listen: str,
    store: str,
    told: Callable[[str], None],
) -> None:
    """Serve until SIGTERM or SIGINT; what was taken in is kept before it returns.

    Raises:
        ConfigError: The settings let strangers in, or cannot work.
        StoreError: The store cannot be opened.
    """
    options = loaded.configuration.serve
    options = replace(options, listen=listen or options.listen)
    place = place_of(options.listen)
    check_place(place, options)
    clock = SystemClock()
    name = store or store_name(loaded, state_folder(loaded, variables))
    opened = open_store(name, clock=clock.now)
    try:
        attendance = attendance_of(
            opened, loaded, variables, clock=clock, complain=_complain
        )
        desk = Desk(opened, clock.now, attendance.policy)
        wake = wake_of(name) or poll
        whole = assembled(
            desk,
            options,
            wake,
            clock.now,
            attendance.crew.nudge,
            partial(audited_words, loaded=loaded),
            partial(run_page, store=opened, loaded=loaded),
        )
        whole.metrics.registry.register(
            AttendanceMetrics(attendance.tally, attendance.rounds, clock.now)
        )
        listener = bound(place)
        log_as_json()
        told(_doors(options))
        attendance.start()
        whole.start()
        _collect_less()
        try:
            server_of(whole.app, ending=whole.end_live).run([listener])
        finally:
            listener.close()
            whole.close()
            attendance.close()
    finally:
        opened.close()


def _doors(options: ServeOptions) -> str:
    """Return where the server is, and what it takes in there."""
    here = f"http://{options.listen}"
    doors = [
        f"  {each.kind} webhooks at {here}{PREFIX}{each.kind}/{name}"
        for name, each in sorted(options.sources.items())
        if not each.only_calls_out
    ]
    none = (
        "  no webhooks are taken: name who sends them under [serve.sources.NAME] in"
        " runbook.toml, see docs/receiver.md"
    )
    return "\n".join([f"listening on {here}", *(doors or [none])])


def _collect_less() -> None:
    """Spare what was loaded, and look for garbage less often.

    Each webhook makes hundreds of objects that end with it, and no cycles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _complain(text: str) -> None:
    _LOG.error("what goes on beside the requests is held up", extra={"error": text})

"""Run the whole server until it is told to end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from runbookkit.app.desk import Desk
from runbookkit.app.following import poll
from runbookkit.app.running import state_folder, store_name
from runbookkit.clock import SystemClock
from runbookkit.server.assembly import assembled, check_place
from runbookkit.server.listening import bound, place_of, server_of
from runbookkit.server.logs import log_as_json
from runbookkit.settings import Loaded
from runbookkit.store.open import open_store, wake_of


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
        desk = Desk(opened, clock.now)
        whole = assembled(desk, options, wake_of(name) or poll, clock.now)
        listener = bound(place)
        log_as_json()
        told(f"listening on http://{options.listen}")
        try:
            server_of(whole.app, ending=whole.end_live).run([listener])
        finally:
            listener.close()
            whole.close()
    finally:
        opened.close()

"""``runbook serve``."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from runbookkit import settings
from runbookkit.cli import codes
from runbookkit.errors import UsageError


def serve(*, listen: str = "", store: str = "", config: str = "") -> int:
    """Receive alerts, and show and change incidents over HTTP.

    It ends at SIGTERM or Ctrl-C, once what was taken in is kept.

    Parameters
    ----------
    listen
        Address and port; else `serve.listen` of the configuration.
    store
        An SQLite file, or `postgresql://…`, which several servers may share.
    config
        Configuration file; found upward from here when left out.
    """
    variables = settings.environment()
    loaded = settings.load(Path(), variables, file=config)
    try:
        from runbookkit.server.serving import run_server
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("runbookkit"):
            raise
        raise UsageError(
            "the server needs its extra: uv tool install 'runbookkit[server]'"
        ) from error
    # without it, the default action would leave what was taken in unkept
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(codes.OK))
    run_server(
        loaded,
        variables,
        listen=listen,
        store=store,
        told=lambda text: print(text, file=sys.stderr),
    )
    return codes.OK

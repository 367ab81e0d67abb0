"""``runbook observe``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from pydantic import TypeAdapter

from runbookkit import settings
from runbookkit.app.connecting import servers_of, window_named
from runbookkit.app.observing import observe as look
from runbookkit.app.running import redactor
from runbookkit.cli import codes
from runbookkit.cli.observed import observed_text
from runbookkit.clock import SystemClock
from runbookkit.model.observation import Observation


def observe(
    service: str,
    /,
    *,
    window: str = "15m",
    as_json: Annotated[bool, Parameter(("--json",), negative=())] = False,
    config: str = "",
) -> int:
    """Show the metrics, logs and traces of a service now.

    Exit code: 0 everything was asked, 3 something could not be; it is named.

    Parameters
    ----------
    service
        As its label `service` or `job` says, and its log lines and spans.
    window
        How far to look back, such as 15m or 2h.
    as_json
        Print the observation as JSON.
    config
        Configuration file; found upward from here when left out.
    """
    variables = settings.environment()
    loaded = settings.load(Path(), variables, file=config)
    servers = servers_of(loaded, variables, SystemClock())
    found = look(service, window_named(window), servers, redactor())
    if as_json:
        text = TypeAdapter(Observation).dump_json(found, indent=2).decode() + "\n"
    else:
        text = observed_text(found)
    sys.stdout.write(text)
    return codes.COULD_NOT_CHECK if found.not_asked else codes.OK

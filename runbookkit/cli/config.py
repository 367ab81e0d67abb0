"""``runbook config show``."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import cyclopts

from runbookkit import settings
from runbookkit.cli import codes

_SECRETS: Final = frozenset(
    {
        *("bearer", "password", "basic", "headers", "key", "keys", "token", "tokens"),
        *("api_token", "app_token", "routing_key"),
    }
)
_WHOLE_ADDRESS: Final = "apprise"
"""Its address holds the token somewhere; another one's is shown."""
_PASSWORD: Final = re.compile(r"(?<=://)([^/@\s:]*):[^/@\s]*(?=@)")

config = cyclopts.App(name="config", help="Show each setting and where it comes from.")


@config.command
def show(*, origin: bool = False, config: str = "") -> int:
    """Print every setting as JSON, or with ``--origin`` one a line.

    Parameters
    ----------
    origin
        Say for each value where it comes from.
    config
        The configuration file; found upward from here when left out.
    """
    loaded = settings.load(Path(), settings.environment(), file=config)
    values = _masked(asdict(loaded.configuration))
    if not origin:
        print(json.dumps(values, indent=2, default=str))
        return codes.OK
    for name, value in _flat(values):
        came = loaded.origins.get(name, "default")
        print(f"{name} = {json.dumps(value, default=str)}  # {came}")
    return codes.OK


def _masked(values: Any) -> Any:
    """Return settings in which secrets are only said to be set."""
    if isinstance(values, str):
        return _PASSWORD.sub(r"\1:(set)", values)
    if not isinstance(values, dict):
        return values
    return {
        key: "(set)"
        if _is_secret(key, value)
        else _masked(_without_address(key, value))
        for key, value in values.items()
    }


def _without_address(name: str, table: Any) -> Any:
    if not isinstance(table, dict) or not table.get("url"):
        return table
    is_secret = table.get("use", name) == _WHOLE_ADDRESS
    return {**table, "url": "(set)"} if is_secret else table


def _is_secret(key: str, value: Any) -> bool:
    # [serve.tokens] are people, each with tokens of their own
    people = key == "tokens" and isinstance(value, dict)
    return key in _SECRETS and bool(value) and not people


def _flat(values: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in values.items():
        if isinstance(value, dict):
            found.extend(_flat(value, f"{prefix}{key}."))
        else:
            found.append((f"{prefix}{key}", value))
    return found

"""Backends as the configuration connects them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from runbookkit.app.running import backends_of
from runbookkit.clock import SystemClock
from runbookkit.model.options import Configuration
from runbookkit.ports import Backend
from runbookkit.settings import Loaded


def connected(**urls: str) -> Mapping[str, Backend]:
    """Return the backends of these names by fence language."""
    tables = {name: {"endpoint": {"url": url}} for name, url in urls.items()}
    loaded = Loaded(Configuration(backends=tables), "")
    return backends_of(loaded, {}, SystemClock(), Path())

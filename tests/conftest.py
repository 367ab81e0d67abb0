"""What holds for every test."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

_BESIDE = ("freshness", "prefetch", "http")
"""Threads of ours that nobody waits for; the earlier ones start the later ones."""


@pytest.fixture(autouse=True)
def wait_for_what_was_asked_beside() -> Iterator[None]:
    """Let no question go on into the next test, which may have no network."""
    before = set(threading.enumerate())

    yield

    for name in _BESIDE:
        for thread in set(threading.enumerate()) - before:
            if thread.name == name:
                thread.join(5)

"""Jobs: what is still to be done outside, kept in the transaction that causes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from runbookkit.model.base import Data

JobState = Literal["pending", "done", "dead"]


@dataclass(frozen=True, slots=True)
class NewJob(Data):
    """Something to do, not kept yet."""

    key: str
    """A job with this key is kept once; also the effect's identity outside."""
    kind: str
    """What to do: ``open channel``, ``page``, ``gather evidence``, ``remind``, …"""
    queue: str
    """Jobs of one stream and queue are done in order: an integration's name."""
    stream: str
    """What it is about: ``incident/41``."""
    run_at: datetime
    """Of a timer: not before; aware UTC. Any other is done as soon as it can be."""
    data: Mapping[str, Any] = field(default_factory=dict)
    timer: bool = False
    """It waits for its time and for no other job, and none waits for it."""


@dataclass(frozen=True, slots=True)
class Job(Data):
    """Something to do, kept, and claimed by whoever holds it until the lease ends."""

    id: int
    key: str
    kind: str
    queue: str
    stream: str
    run_at: datetime
    attempts: int
    """How often it was begun, this time included."""
    lease_until: datetime
    owner: str
    data: Mapping[str, Any] = field(default_factory=dict)
    state: JobState = "pending"
    error: str = ""
    """Why the last attempt failed."""
    asked: int = 1
    """How often it was asked for until it was claimed."""


@dataclass(frozen=True, slots=True)
class JobCount(Data):
    """How many jobs of a queue are in a state."""

    queue: str
    state: JobState
    count: int
    oldest_at: datetime
    """When the first of them was to run."""

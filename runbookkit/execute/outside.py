"""What a run uses from outside, and how one begins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from runbookkit.execute.asking import Render
from runbookkit.execute.evidence import Redact
from runbookkit.model.runstate import Machine
from runbookkit.ports import Backend, Clock, Store


@dataclass(frozen=True, slots=True)
class Outside:
    """What a run uses from outside."""

    store: Store
    backends: Mapping[str, Backend]
    """By fence language."""
    clock: Clock
    render: Render
    redact: Redact
    new_id: Callable[[], str]
    source: str = "terminal"
    machine: Machine = field(default_factory=Machine)
    """Where changes are made from."""
    ahead: bool = True
    """Whether the queries of later steps are asked before their turn."""


@dataclass(frozen=True, slots=True)
class Start:
    """How a run begins."""

    content_hash: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    """Without those of type ``secret``."""
    alert: Mapping[str, Any] = field(default_factory=dict)
    mode: str = "guided"
    incident: str = ""
    text: str = ""
    """The runbook's text, so that the run goes on with it whatever becomes of the file."""
    first: str = ""
    """Id of the step to begin at; empty for the first one."""
    after: str = ""
    """Id of the run that handed over to this one."""


def stream_of(run: str) -> str:
    """Return the stream that holds a run's events."""
    return f"run/{run}"

"""Tempo's answers: which are errors, and which are only a part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from runbookkit.exchange import Remote, shown
from runbookkit.http import Answer
from runbookkit.model.answer import Ask, ResultKind, Window

SERVER: Final = "Tempo"
JSON: Final = {"accept": "application/json"}
_USUAL: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Found:
    """What one question has brought."""

    kind: ResultKind
    names: Mapping[str, Any]
    empty: bool
    window: Window | None = None
    truncated: str = ""
    infos: tuple[str, ...] = ()
    voids: str = ""
    as_of: datetime | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


def body_of(answer: Answer, remote: Remote, *keys: str) -> Mapping[str, Any]:
    """Return the body of a successful answer, which has one of ``keys`` at least.

    An empty list is left out, so that no single key is always there.

    Raises:
        QueryRejectedError: 400: the query is wrong, or too wide.
        BackendUnavailableError: Anything else that is no success.
    """
    if answer.status != 200:
        remote.refuse(answer)
    body = remote.json_of(answer, SERVER)
    if not isinstance(body, dict) or not any(key in body for key in keys):
        raise remote.unavailable("answers 200, but not as Tempo does")
    return body


def partial(body: Mapping[str, Any]) -> str:
    """Return why an answer is only a part, if it is."""
    if body.get("status") != "PARTIAL":
        return ""
    return shown(str(body.get("message") or "the answer is only a part"))


class Cost(NamedTuple):
    """What a question has cost, and whether it was asked everywhere."""

    details: Mapping[str, Any]
    notes: tuple[str, ...]


def cost_of(body: Mapping[str, Any]) -> Cost:
    """Return what Tempo tells of its work; counts of bytes are texts."""
    told = body.get("metrics") or {}
    done, jobs = int(told.get("completedJobs") or 0), int(told.get("totalJobs") or 0)
    read = int(told.get("inspectedBytes") or 0)
    notes = (f"{done} of {jobs} parts of the store were read",) if done < jobs else ()
    return Cost({"bytes_read": read, "jobs": jobs}, notes)


def window_of(ask: Ask) -> tuple[Window, tuple[str, ...]]:
    """Return the window that is asked about, and a note when the step names none."""
    if ask.window is not None:
        return ask.window, ()
    end = ask.at or ask.now
    return Window(end - _USUAL, end), (
        "the step names no window; the last hour was read",
    )

"""What is kept of an answer: bounded, redacted, and named by its hash."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from runbookkit.model.answer import Answer

MAX_BYTES = 256 * 1024
"""Of one answer in the log; lists are cut until it fits, and it says so."""
_TEXT = 8 * 1024

Redact = Callable[[str], str]


def evidence_of(answer: Answer, redact: Redact) -> dict[str, Any]:
    """Return an answer as it is kept: plain JSON, with the hash of its content."""
    names = {name: _plain(value, redact) for name, value in answer.names.items()}
    cut = answer.truncated
    longest = 1000
    while len(json.dumps(names)) > MAX_BYTES and longest > 1:
        longest //= 2
        names = {name: _shortened(value, longest) for name, value in names.items()}
        cut = f"kept are the first {longest} of each list"
    content = {
        "kind": answer.kind,
        "names": names,
        "sent": redact(answer.sent),
        "server": answer.server,
        "window": [answer.window.start.isoformat(), answer.window.end.isoformat()]
        if answer.window
        else None,
    }
    digest = sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return {
        **content,
        "hash": digest,
        "backend": answer.backend,
        "started_at": answer.started_at.isoformat(),
        "seconds": round(answer.duration.total_seconds(), 4),
        "empty": answer.empty,
        "truncated": cut,
        "warnings": [redact(each) for each in answer.warnings],
        "infos": [redact(each) for each in answer.infos],
        "voids": redact(answer.voids),
        "data_as_of": answer.data_as_of.isoformat() if answer.data_as_of else None,
        "details": _plain(answer.details, redact),
    }


def _plain(value: Any, redact: Redact) -> Any:
    if isinstance(value, str):
        return redact(value if len(value) <= _TEXT else value[: _TEXT - 1] + "…")
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # JSON has no NaN and no infinity
    if isinstance(value, Mapping):
        return {redact(str(key)): _plain(each, redact) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each, redact) for each in value]
    return value


def _shortened(value: Any, longest: int) -> Any:
    if isinstance(value, dict):
        kept = list(value.items())[:longest]
        return {key: _shortened(each, longest) for key, each in kept}
    if isinstance(value, list):
        return [_shortened(each, longest) for each in value[:longest]]
    return value

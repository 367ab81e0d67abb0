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
_MOST = 2000
_CHARACTERS = 64
"""Of a text, for each element of a list that is kept."""

Redact = Callable[[str], str]


def evidence_of(answer: Answer, redact: Redact) -> dict[str, Any]:
    """Return an answer as it is kept: plain JSON, with the hash of its content."""
    names, cut = _bounded(redacted(answer.names, redact))
    details, details_cut = _bounded(redacted(answer.details, redact))
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
        "truncated": "; ".join(
            dict.fromkeys(filter(None, (answer.truncated, cut, details_cut)))
        ),
        "warnings": [redact(each) for each in answer.warnings],
        "infos": [redact(each) for each in answer.infos],
        "voids": redact(answer.voids),
        "data_as_of": answer.data_as_of.isoformat() if answer.data_as_of else None,
        "details": details,
    }


def redacted(value: Any, redact: Redact) -> Any:
    """Return a value as JSON can hold it and as it may be kept."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # JSON has no NaN and no infinity
    if isinstance(value, Mapping):
        return {redact(str(key)): redacted(each, redact) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [redacted(each, redact) for each in value]
    return value


def _bounded(names: Any) -> tuple[Any, str]:
    """Return names that fit, and what was cut from them."""
    longest = _MOST
    cut = ""
    while len(json.dumps(names)) > MAX_BYTES and longest > 1:
        longest //= 2
        names = _shortened(names, longest)
        cut = f"kept are the first {longest} of each list, and so much of each text"
    return names, cut


def _shortened(value: Any, longest: int) -> Any:
    if isinstance(value, str):
        most = longest * _CHARACTERS
        return value if len(value) <= most else value[: most - 1] + "…"
    if isinstance(value, dict):
        kept = list(value.items())[:longest]
        return {key: _shortened(each, longest) for key, each in kept}
    if isinstance(value, list):
        return [_shortened(each, longest) for each in value[:longest]]
    return value

"""Jaeger's answers: which are errors, and which are only a part."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from runbookkit.exchange import Remote, notices, shown
from runbookkit.http import Answer

_SERVER: Final = "Jaeger"
_NO_API: Final = (
    "/api/traces is not there; Jaeger has it up to 2.20, below its base path"
)

_LONGEST_REASON: Final = 64 * 1024
"""In bytes."""


class Told(NamedTuple):
    """What an answer holds."""

    traces: Sequence[Mapping[str, Any]]
    warnings: tuple[str, ...] = ()
    voids: str = ""


def told_by(answer: Answer, remote: Remote, *, one: bool = False) -> Told:
    """Return the traces of an answer; ``one`` is of a trace asked for by its id.

    Raises:
        QueryRejectedError: 400: the search is wrong.
        BackendUnavailableError: Anything else that is no success.
    """
    if answer.status != 200:
        errors = _reason(answer)
        # only Jaeger itself says so in JSON; a wrong path is a text or a page
        if answer.status == 404 and one and errors:
            return Told(())
        if answer.status == 404:
            raise remote.unavailable(f"answers 404: {_NO_API}")
        remote.refuse(answer, errors)
    body = remote.json_of(answer, _SERVER)
    if not isinstance(body, dict) or "data" not in body:
        raise remote.unavailable("answers 200, but not as Jaeger does")
    with remote.understanding(_SERVER):
        traces = body["data"] or []
        errors = _errors(body)
        warnings = [
            said
            for trace in traces
            for each in (trace, *(trace.get("spans") or ()))
            for said in each.get("warnings") or ()
        ]
    if errors and not traces:
        raise remote.unavailable(f"answers 200 with an error: {errors}")
    voids = f"only a part: {errors}" if errors else ""
    return Told(traces, notices(sorted(set(warnings))), voids)


def _errors(body: Mapping[str, Any]) -> str:
    return shown("; ".join(str(each["msg"]) for each in body.get("errors") or ()))


def _reason(answer: Answer) -> str:
    """Return why an answer is no success: it is JSON, and calls itself plain text."""
    if len(answer.body) > _LONGEST_REASON:
        return ""
    try:
        return _errors(json.loads(answer.body))
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return ""

"""One whole trace by its id."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from runbookkit.backends.tempo.answers import JSON, SERVER, Found, body_of, partial
from runbookkit.backends.tempo.ids import trace_id
from runbookkit.backends.tempo.traces import whole
from runbookkit.errors import AnswerTooLargeError
from runbookkit.exchange import Remote
from runbookkit.model.answer import Ask
from runbookkit.ports import Clock

_NOT_FOUND: Final = (
    "Tempo does not have this trace: it is not there yet, was not sampled, was too"
    " large to be kept, or never was"
)


def trace_by_id(remote: Remote, ask: Ask, wanted: str, clock: Clock) -> Found:
    """Return a trace; none is an empty list and no error.

    Raises:
        BackendError: It cannot be told whether there is one.
    """
    known = trace_id(wanted)
    if not known:
        raise remote.rejected(f"{wanted!r} is no trace id: up to 32 hex digits")
    body = _body(remote, known, clock.now() + ask.timeout, clock)
    with remote.understanding(SERVER):
        trace = whole(body.get("trace", body))
    failed = [each for each in trace.spans if each["status"] == "error"]
    names: dict[str, Any] = {
        "traces": trace.traces,
        "spans": trace.spans,
        "errors": failed,
    }
    if trace.traces:
        names["duration_ms"] = trace.traces[0]["duration_ms"]
    return Found(
        "trace",
        names,
        empty=not trace.spans,
        infos=() if trace.spans else (_NOT_FOUND,),
        voids=partial(body),
    )


def _body(
    remote: Remote, known: str, until: datetime, clock: Clock
) -> Mapping[str, Any]:
    answer = remote.get(f"/api/v2/traces/{known}", {}, until - clock.now(), JSON)
    if answer.status != 404:
        # 200 and an empty trace is how this address says that there is none
        return body_of(answer, remote, "trace")
    # a server from before the second address, or a trace that is not there
    left = max(until - clock.now(), timedelta(seconds=1))
    answer = remote.get(f"/api/traces/{known}", {}, left, JSON)
    if answer.status == 404 and not answer.body.strip():
        return {"trace": {}}
    if answer.status == 422:
        raise AnswerTooLargeError(
            f"{remote.address}: the trace exceeds the server's limit",
            backend=remote.backend,
        )
    return body_of(answer, remote, "batches", "resourceSpans")

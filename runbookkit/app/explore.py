"""Links to Grafana Explore, which shows a step's query live.

Format: https://grafana.com/docs/grafana/latest/explore/get-started-with-explore/
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from runbookkit.model.answer import Ask, Window
from runbookkit.model.options import Grafana

_TYPES: Final = {"promql": "prometheus", "logql": "loki", "traceql": "tempo"}
_AROUND: Final = timedelta(hours=1)
_TRACES: Final = 20


def explore_link(grafana: Grafana, ask: Ask) -> str:
    """Return the address that shows a query; empty when no datasource is known.

    The times are absolute, so that the link shows the same tomorrow.
    """
    kind = _TYPES.get(ask.language, "")
    uid = grafana.datasources.get(kind, "")
    if not grafana.url or not uid:
        return ""
    window = ask.window or Window((ask.at or ask.now) - _AROUND, ask.at or ask.now)
    query = {
        "refId": "A",
        "datasource": {"uid": uid, "type": kind},
        **_query(kind, ask),
    }
    pane = {
        "datasource": uid,
        "queries": [query],
        "range": {"from": _millis(window.start), "to": _millis(window.end)},
    }
    params = {
        "schemaVersion": "1",
        "orgId": str(grafana.org),
        "panes": json.dumps({"a": pane}, separators=(",", ":")),
    }
    return f"{grafana.url.rstrip('/')}/explore?{urlencode(params)}"


def _query(kind: str, ask: Ask) -> dict[str, Any]:
    over_time = ask.window is not None
    if kind == "prometheus":
        return {"expr": ask.text, "range": over_time, "instant": not over_time}
    if kind == "loki":
        return {"expr": ask.text, "queryType": "range"}
    return {
        "query": ask.text,  # TraceQL, or the id of a trace
        "queryType": "traceql",
        "limit": ask.limit.count if ask.limit is not None else _TRACES,
        "tableType": "traces",
    }


def _millis(moment: datetime) -> str:
    return str(round(moment.timestamp() * 1000))

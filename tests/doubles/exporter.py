"""A service that exposes metrics as OpenMetrics, exemplars included."""

from __future__ import annotations

import time

from doubles.served import Reply, Request

TRACE = "5b" + "2" * 30
OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"


class Exporter:
    """Counts its own scrapes as requests; one in ten of them fails."""

    def __init__(self) -> None:
        self.scrapes = 0

    def __call__(self, _: Request) -> Reply:
        self.scrapes += 1
        good, bad = 18 * self.scrapes, 2 * self.scrapes
        exemplar = f'{{trace_id="{TRACE}"}} 0.73 {time.time():.3f}'
        lines = [
            "# TYPE shop_requests counter",
            "# HELP shop_requests Requests by outcome.",
            f'shop_requests_total{{code="200"}} {good}',
            f'shop_requests_total{{code="500"}} {bad}',
            "# TYPE shop_seconds histogram",
            "# UNIT shop_seconds seconds",
            f'shop_seconds_bucket{{le="0.1"}} {good}',
            f'shop_seconds_bucket{{le="+Inf"}} {good + bad} # {exemplar}',
            f"shop_seconds_sum {good * 0.05}",
            f"shop_seconds_count {good + bad}",
            "# TYPE shop_odd gauge",
            'shop_odd{kind="nan"} NaN',
            'shop_odd{kind="more"} +Inf',
            "# TYPE shop_shard gauge",
            *(f'shop_shard{{shard="{n}"}} {n}' for n in range(40)),
            "# EOF",
        ]
        return Reply("\n".join(lines) + "\n", kind=OPEN_METRICS)

"""What it costs to take webhooks of ten alerts in, from the parsed body to the disk.

``python benchmarks/deciding.py [--deliveries 3000] [--batch 64] [--store NAME]``

CPU per delivery, of the whole process, for two cases: each webhook opens an
incident (the dearest), and the same webhooks once more (they change nothing).
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from runbookkit.incidents.alertmanager import parse
from runbookkit.incidents.intake import decision
from runbookkit.model.effect import EffectKind
from runbookkit.model.policy import Policy
from runbookkit.store.log import Log
from runbookkit.store.open import open_store

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def body(number: int, alerts: int = 10) -> bytes:
    """Return a webhook of about 12 KB, as a cluster's alerts are."""
    each = []
    for pod in range(alerts):
        labels = {
            "alertname": "PodCrashLooping",
            "cluster": "eu-1",
            "container": "checkout-api",
            "instance": f"10.42.{pod}.1:8080",
            "job": "kube-state-metrics",
            "namespace": f"payments-{number}",
            "pod": f"checkout-api-6d5f9c8b7d-{pod:05}",
            "reason": "CrashLoopBackOff",
            "service": "checkout",
            "severity": "critical",
            "team": "payments",
        }
        each.append(
            {
                "status": "firing",
                "labels": labels,
                "annotations": {
                    "summary": f"Pod {labels['pod']} is crash looping.",
                    "description": "It has been in waiting state for 15 minutes. " * 4,
                    "runbook_url": "https://runbooks.example/podcrashlooping",
                },
                "startsAt": "2026-11-20T11:59:39.350317123Z",
                "endsAt": "0001-01-01T00:00:00Z",
                "generatorURL": "http://prometheus.example:9090/graph?g0.expr="
                + "x" * 200,
                "fingerprint": f"{number:010x}{pod:06x}",
            }
        )
    whole = {
        "version": "4",
        "groupKey": f'{{}}:{{namespace="payments-{number}"}}',
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "runbookkit",
        "groupLabels": {"namespace": f"payments-{number}"},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "http://alertmanager.example:9093",
        "alerts": each,
    }
    return json.dumps(whole).encode()


def measure(
    store: Log, bodies: list[bytes], batch: int, policy: Policy
) -> tuple[float, float, float]:
    """Return CPU µs per delivery for parsing and for the rest, and deliveries/s."""
    begun, cpu = time.perf_counter(), time.process_time()
    parsing = 0.0
    for first in range(0, len(bodies), batch):
        some = bodies[first : first + batch]
        before = time.process_time()
        deliveries = [parse("prod", each, NOON) for each in some]
        parsing += time.process_time() - before
        soon = [
            store.decide_soon(*decision(delivery, raw, policy))
            for delivery, raw in zip(deliveries, some, strict=True)
        ]
        for done in soon:
            done.result()
    whole = time.process_time() - cpu
    rate = len(bodies) / (time.perf_counter() - begun)
    each = 1e6 / len(bodies)
    return parsing * each, (whole - parsing) * each, rate


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--deliveries", type=int, default=3000)
    arguments.add_argument("--batch", type=int, default=64)
    arguments.add_argument("--store", default="")
    options = arguments.parse_args()
    able: frozenset[EffectKind] = frozenset({"open channel", "show status", "page"})
    policy = Policy(integrations={"chat": able}, storm=0)
    with tempfile.TemporaryDirectory(dir=".") as folder:
        name = options.store or str(Path(folder) / "store.sqlite")
        store = open_store(name, clock=lambda: NOON)
        bodies = [body(number) for number in range(options.deliveries)]
        parse("prod", bodies[0], NOON)  # loads the validation library
        for case in ("new incidents", "the same again"):
            parsing, rest, rate = measure(store, bodies, options.batch, policy)
            print(
                f"{case}: parse {parsing:.0f} µs, decide and store {rest:.0f} µs CPU a"
                f" delivery; {rate:.0f} deliveries/s in batches of {options.batch}"
            )
        store.close()


if __name__ == "__main__":
    main()

"""Webhooks of Kubernetes' size, and the same alerts as Alertmanager takes them in."""

from __future__ import annotations

import json
from typing import Any


def one_alert(number: int, *, own: bool) -> dict[str, Any]:
    labels = {
        "alertname": "CheckoutErrorBudgetBurn",
        "cluster": "eu-central-1",
        "namespace": "shop",
        "service": "checkout-@@@@@@@@@@@@",
        "pod": f"checkout-7d9f4c6b5-{number:05d}",
        "container": "checkout",
        "endpoint": "http-metrics",
        "instance": f"10.42.{number // 250}.{number % 250}:8080",
        "job": "shop/checkout",
        "prometheus": "monitoring/k8s",
        "severity": "critical",
        "team": "shop",
    }
    annotations = {
        "summary": "The error budget of checkout burns 14 times too fast.",
        "description": "More than 1.44 % of requests failed over the last hour. " * 8,
        "runbook_url": "https://handbook.example/runbooks/checkout-burn",
        "dashboard": "https://grafana.example/d/checkout?var-cluster=eu-central-1",
    }
    alert: dict[str, Any] = {
        "labels": labels,
        "annotations": annotations,
        "startsAt": "2026-11-20T11:58:00.123456789Z",
        "generatorURL": "https://prometheus.example/graph?g0.expr=" + "x" * 200,
    }
    if own:
        alert |= {
            "status": "firing",
            "endsAt": "0001-01-01T00:00:00Z",
            "fingerprint": f"{number:04x}@@@@@@@@@@@@",
        }
    return alert


def webhook(alerts: int) -> bytes:
    return json.dumps(
        {
            "version": "4",
            "groupKey": '{}:{service="checkout-@@@@@@@@@@@@"}',
            "truncatedAlerts": 0,
            "status": "firing",
            "receiver": "runbookkit",
            "groupLabels": {"service": "checkout-@@@@@@@@@@@@"},
            "commonLabels": {},
            "commonAnnotations": {},
            "externalURL": "https://alertmanager.example",
            "alerts": [one_alert(number, own=True) for number in range(alerts)],
        }
    ).encode()


def posted(alerts: int) -> bytes:
    return json.dumps([one_alert(n, own=False) for n in range(alerts)]).encode()


FORMS = {"webhook": webhook, "posted": posted}

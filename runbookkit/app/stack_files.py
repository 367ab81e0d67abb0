"""What the servers of a stack are told: the same here and in containers.

Formats: https://prometheus.io/docs/prometheus/latest/configuration/configuration/,
https://grafana.com/docs/loki/latest/configure/ and
https://grafana.com/docs/tempo/latest/configuration/
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

PROMETHEUS_OPTIONS: Final = (
    "--storage.tsdb.retention.time=1d",
    "--enable-feature=exemplar-storage",
)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the others reach each part, as ``host:port``; empty when it is missing."""

    checkout: str
    prometheus: str
    alertmanager: str = ""
    loki: str = ""
    tempo: str = ""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where a server listens; ``grpc_port`` is for its own parts alone."""

    host: str
    port: int
    grpc_port: int
    folder: str
    """Of its data."""


def prometheus_file(at: Addresses, rules: Sequence[str]) -> dict[str, Any]:
    """Return what Prometheus is told: whom to scrape, and which rules hold."""
    jobs = {
        name: getattr(at, name)
        for name in ("checkout", "prometheus", "alertmanager", "loki", "tempo")
        if getattr(at, name)
    }
    return {
        "global": {"scrape_interval": "5s", "evaluation_interval": "5s"},
        "rule_files": list(rules),
        "alerting": {
            "alertmanagers": [{"static_configs": [{"targets": [at.alertmanager]}]}]
            if at.alertmanager
            else []
        },
        "scrape_configs": [
            {
                "job_name": name,
                "static_configs": [{"targets": [address], "labels": {"service": name}}],
            }
            for name, address in jobs.items()
        ],
    }


def alertmanager_file() -> dict[str, Any]:
    """Return what Alertmanager is told: to keep all alerts to itself."""
    return {"route": {"receiver": "none"}, "receivers": [{"name": "none"}]}


def loki_file(at: Listening) -> dict[str, Any]:
    """Return what Loki is told; its limits are those that the handbook names."""
    return {
        "auth_enabled": False,
        "server": {
            "http_listen_address": at.host,
            "http_listen_port": at.port,
            "grpc_listen_address": at.host,
            "grpc_listen_port": at.grpc_port,
            "log_level": "warn",
        },
        "common": {
            "instance_addr": "127.0.0.1",
            "path_prefix": at.folder,
            "replication_factor": 1,
            "ring": {"kvstore": {"store": "inmemory"}},
        },
        "ingester": {"lifecycler": {"min_ready_duration": "0s"}},
        "pattern_ingester": {"enabled": True},
        "schema_config": {
            "configs": [
                {
                    "from": "2024-01-01",
                    "store": "tsdb",
                    "object_store": "filesystem",
                    "schema": "v13",
                    "index": {"prefix": "index_", "period": "24h"},
                }
            ]
        },
        "limits_config": {
            "ingestion_rate_mb": 4,
            "per_stream_rate_limit": "3MB",
            "volume_enabled": True,
        },
        "analytics": {"reporting_enabled": False},
    }


def tempo_file(at: Listening, otlp_port: int, *, major: int = 3) -> dict[str, Any]:
    """Return what Tempo is told; traces come by OTLP over HTTP.

    Since Tempo 3 newest spans have a folder of their own, which is the machine's
    and not the stack's unless it is named; Tempo 2 refuses to hear of it.
    """
    newest: dict[str, Any] = {
        "live_store": {
            "wal": {"path": f"{at.folder}/live-store/traces"},
            "shutdown_marker_dir": f"{at.folder}/live-store/shutdown-marker",
        },
        "backend_scheduler": {"local_work_path": at.folder},
    }
    return {
        **(newest if major >= 3 else {}),
        "server": {
            "http_listen_address": at.host,
            "http_listen_port": at.port,
            "grpc_listen_address": at.host,
            "grpc_listen_port": at.grpc_port,
        },
        "distributor": {
            "receivers": {
                "otlp": {"protocols": {"http": {"endpoint": f"{at.host}:{otlp_port}"}}}
            }
        },
        "storage": {
            "trace": {
                "backend": "local",
                "wal": {"path": f"{at.folder}/wal"},
                "local": {"path": f"{at.folder}/blocks"},
            }
        },
        "usage_report": {"reporting_enabled": False},
    }

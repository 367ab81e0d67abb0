"""What can be set in the running service, and which faults it can have."""

from __future__ import annotations

import threading
from collections.abc import Mapping

HEALTHY: Mapping[str, str] = {
    "log_level": "info",
    "fsync_policy": "batch",
    "lock_stripes": "64",
    "payment_retries": "1",
    "payment_upstream": "primary",
    "metric_labels": "bounded",
    "span_detail": "requests",
    "trace_sample_ratio": "1.0",
}

FAULTS: Mapping[str, Mapping[str, str]] = {
    # only the kernel shows it: every request syncs, beside a neighbour that fills the disk
    "slow-fsync": {"fsync_policy": "each"},
    # only the kernel shows it: all requests queue for one lock
    "lock-contention": {"lock_stripes": "1"},
    # only traces show it: one request in fifty retries a payment that answers slowly
    "retrying-upstream": {"payment_retries": "3"},
    # a bad upstream: payments fail
    "failing-upstream": {"payment_upstream": "broken"},
    # only the cardinality of the metrics shows it
    "label-explosion": {"metric_labels": "all"},
    # only logs show it
    "log-spike": {"log_level": "debug"},
    # traces grow too large to be kept
    "huge-traces": {"span_detail": "items"},
}


class Settings:
    """Values by name; safe to use from many threads."""

    def __init__(self) -> None:
        self._values = dict(HEALTHY)
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> str:
        """Return a value.

        Raises:
            KeyError: There is no such setting.
        """
        with self._lock:
            return self._values[name]

    def put(self, name: str, value: str) -> None:
        """Change a value.

        Raises:
            KeyError: There is no such setting.
        """
        with self._lock:
            if name not in self._values:
                raise KeyError(name)
            self._values[name] = value

    def switch(self, fault: str, *, on: bool) -> None:
        """Bring a fault about, or heal it.

        Raises:
            KeyError: There is no such fault.
        """
        for name, value in FAULTS[fault].items():
            self.put(name, value if on else HEALTHY[name])

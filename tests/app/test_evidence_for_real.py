"""The first minute, as `serve` attends to it, with a real Prometheus behind it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runbookkit.app.attending import attendance_of
from runbookkit.app.glance import glance
from runbookkit.clock import SystemClock
from runbookkit.incidents import intake
from runbookkit.model.alert import Delivery, SeenAlert
from runbookkit.model.event import Event
from runbookkit.settings import load
from runbookkit.store.sqlite import SqliteStore
from servers import need, prometheus, wait_for

pytestmark = [pytest.mark.program, pytest.mark.allow_hosts(["127.0.0.1"])]
SLO = """\
version: prometheus/v1
service: shop
slos:
  - name: orders
    objective: 95
    sli:
      events:
        error_query: sum(rate(orders_total{code="500"}[{{.window}}])) or vector(0)
        total_query: sum(rate(orders_total[{{.window}}]))
"""
PAGE = """\
---
format: runbook/v1
title: Shop fails
service: shop
owner: team-shop
severity: page
alerts: [ShopFails]
---

# Shop fails

## Diagnosis

### Do orders fail?

**In Prometheus**:

```promql
sum(rate(orders_total{code="500"}[2m])) / sum(rate(orders_total[2m]))
```

**Expect:** more than 5 % fail: `value > 0.05`

- **Met:** continue
- **Not met:** escalate

## Mitigation

### Take the release back

Do it by hand.

- **Met:** stop

## Escalation

Page `team-shop`.
"""
LABELS = {"alertname": "ShopFails", "service": "shop", "severity": "page"}


def samples(now: datetime) -> Iterator[str]:
    """Yield an hour of ten orders a second; two fail in the last ten minutes."""
    yield "# TYPE orders counter"
    for code, rate, since in (("200", 10, 3600), ("500", 2, 600)):
        for ago in range(3600, -1, -15):
            count = rate * max(0, since - ago)
            at = now - timedelta(seconds=ago)
            yield f'orders_total{{code="{code}"}} {count} {at.timestamp():.0f}'
    yield "# EOF"


@pytest.fixture
def events(tmp_path: Path) -> Iterator[tuple[Event, ...]]:
    """What is kept of an incident whose alert came while somebody attended."""
    now = datetime.now(UTC)
    (tmp_path / "samples").write_text("\n".join(samples(now)) + "\n")
    made = [need("promtool"), "tsdb", "create-blocks-from", "openmetrics"]
    subprocess.run(
        [*made, tmp_path / "samples", tmp_path / "data"],
        check=True,
        capture_output=True,
    )
    for name, text in (("slos/shop.yaml", SLO), ("handbook/shop-fails.md", PAGE)):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    with prometheus(tmp_path, "global: {}\n") as url:
        (tmp_path / "runbook.toml").write_text(
            'state = "state"\nslos = ["slos"]\n[lint]\nhandbook = ["handbook"]\n'
            f'[backends.prometheus.endpoint]\nurl = "{url}"\n'
        )
        yield attended(tmp_path, now)


def attended(folder: Path, now: datetime) -> tuple[Event, ...]:
    clock = SystemClock()
    store = SqliteStore(folder / "log.sqlite", clock=clock.now)
    loaded = load(folder, {})
    told: list[str] = []
    attendance = attendance_of(store, loaded, {}, clock=clock, complain=told.append)
    alert = SeenAlert("f", "firing", LABELS, now, None)
    delivery = Delivery("prod", "runbookkit", (alert,), clock.now(), "digest")
    store.decide(*intake.decision(delivery, b"{}", attendance.policy))

    def looked() -> bool:
        kept = store.read("incident/1")
        return any(each.kind == "next step proposed" for each in kept)

    attendance.start()
    try:
        wait_for(looked, 40)
    finally:
        attendance.close()
    kept = tuple(store.read("incident/1"))
    row = store.incident(1)
    shown = dict(glance(row).lines) if row is not None else {}
    store.close()
    assert shown["next step"] == "Do by hand: 'Take the release back'"
    assert "of the budget spent" in shown["budget"]
    assert told == []
    return kept


def test_an_alert_brings_its_evidence_along(events: tuple[Event, ...]) -> None:
    by_kind = {each.kind: each.data for each in events}

    assert by_kind["run attached"]["text"].startswith("Shop fails: 1 reading step done")
    assert (
        by_kind["next step proposed"]["text"] == "Do by hand: 'Take the release back'"
    )
    impact = by_kind["impact computed"]
    began = datetime.fromisoformat(impact["start"])
    assert 8 < (events[0].at - began).total_seconds() / 60 < 12
    assert impact["impact"]["ratio"]["value"] == pytest.approx(2 / 12, rel=0.2)
    assert impact["impact"]["spent"] > 0

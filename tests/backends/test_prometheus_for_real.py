"""A Prometheus that scrapes a service: what no canned answer can show."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from backends.asks import ask_for, misfits
from doubles.exporter import TRACE, Exporter
from doubles.served import served
from runbookkit.backends.prometheus import Config, Prometheus, connect
from runbookkit.clock import SystemClock
from runbookkit.errors import QueryRejectedError
from runbookkit.http import Endpoint
from runbookkit.model.answer import Answer, Window
from runbookkit.model.runbook import Limit
from servers import prometheus, wait_for

pytestmark = [pytest.mark.program, pytest.mark.allow_hosts(["127.0.0.1"])]
SOON = timedelta(seconds=10)
MINUTE = timedelta(minutes=1)
RULES = """
groups:
  - name: shop
    interval: 1s
    rules:
      - alert: ShopFails
        expr: sum(shop_requests_total{code="500"}) > 1
        labels: {severity: page}
        annotations: {summary: "{{ $value }} failed"}
      - record: shop:requests:sum
        expr: sum(shop_requests_total)
"""
CONFIG = """
global:
  scrape_interval: 1s
  external_labels: {{cluster: eu-1}}
rule_files: [{rules}]
scrape_configs:
  - job_name: shop
    static_configs: [{{targets: ["{target}"]}}]
"""


@dataclass
class Asking:
    backend: Prometheus

    def ask(self, text: str, **asked: Any) -> Answer:
        now = SystemClock().now()
        over = asked.pop("over", None)
        window = Window(now - over, now) if over else None
        ask = replace(ask_for(text, **asked), now=now, window=window)
        answer = self.backend.ask(ask)
        assert misfits(answer) == []
        return answer

    def is_there(self, text: str) -> bool:
        return not self.ask(text).empty


def config_for(folder: Path, target: str) -> str:
    rules = folder / "rules.yml"
    rules.write_text(RULES)
    return CONFIG.format(rules=rules, target=target.removeprefix("http://"))


def asking(url: str) -> Asking:
    return Asking(connect(Config(Endpoint(url)), clock=SystemClock()))


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    folder = tmp_path_factory.mktemp("prometheus")
    with (
        served(Exporter()) as target,
        prometheus(folder, config_for(folder, target)) as url,
    ):
        found = asking(url)
        wait_for(lambda: found.is_there("rate(shop_requests_total[10s]) > 0"))
        wait_for(lambda: found.is_there("ALERTS"))
        yield found


def test_one_value_is_as_old_as_the_newest_sample(at: Asking) -> None:
    answer = at.ask("sum(shop_requests_total)")

    assert answer.names["value"] > 0
    assert answer.data_as_of is not None
    age = SystemClock().now() - answer.data_as_of
    assert timedelta(0) < age < timedelta(seconds=5)
    assert answer.details["samples_read"] == 2
    assert not answer.infos


def test_a_range_has_its_points_in_order(at: Asking) -> None:
    answer = at.ask("sum(shop_requests_total)", over=MINUTE, step=timedelta(seconds=1))

    points = answer.names["series"][0]["points"]
    assert points == sorted(points)
    assert answer.names["value"] == points[-1][1]


def test_odd_samples_are_numbers(at: Asking) -> None:
    more = at.ask('shop_odd{kind="more"}').names["value"]
    nan = at.ask('shop_odd{kind="nan"}').names["value"]

    assert more == math.inf
    assert math.isnan(nan)
    assert math.isnan(at.ask("0 / 0").names["value"])


def test_a_division_by_nothing_is_no_zero(at: Asking) -> None:
    assert at.ask("sum(no_such) / sum(shop_requests_total)").empty


def test_a_selected_range_carries_its_own_times(at: Asking) -> None:
    answer = at.ask('shop_requests_total{code="200"}[1m]')

    assert answer.kind == "range"
    assert answer.data_as_of is not None
    assert SystemClock().now() - answer.data_as_of < timedelta(seconds=5)


def test_a_limit_that_the_server_does_not_know_holds(at: Asking) -> None:
    answer = at.ask("shop_shard", limit=Limit(3, "series"))

    assert [each["value"] for each in answer.names["series"]] == [37.0, 38.0, 39.0]
    assert "40 series came" in answer.truncated


@pytest.mark.parametrize(
    "query",
    [
        "sum(rate(shop_requests_total[5m])",
        "no_such_function(up)",
        "shop_shard + on (job) shop_shard",
        'label_replace(shop_shard, "shard", "x", "", "")',
        "count_over_time(vector(1)[1h:1ms])",
    ],
)
def test_a_wrong_or_too_wide_query_is_the_querys_fault(at: Asking, query: str) -> None:
    with pytest.raises(QueryRejectedError):
        at.ask(query)


def test_a_range_of_a_range_is_the_querys_fault(at: Asking) -> None:
    with pytest.raises(QueryRejectedError):
        at.ask("shop_shard[1m]", over=MINUTE)


def test_a_query_of_sixteen_kibibytes_is_answered(at: Asking) -> None:
    query = "shop_shard or " * 100 + "vector(1)"
    comment = " # " + "%" * (16 * 1024 - len(query) - 3)

    assert not at.ask(query + comment).empty


def test_an_exemplar_leads_from_a_histogram_to_a_trace(at: Asking) -> None:
    now = SystemClock().now()
    query = "histogram_quantile(0.99, sum by (le) (rate(shop_seconds_bucket[1m])))"

    found = at.backend.knowledge.exemplars(query, Window(now - MINUTE, now), SOON)

    assert found[0].labels == {"trace_id": TRACE}
    assert found[0].value == 0.73
    assert found[0].series["le"] == "+Inf"
    assert found[0].at >= found[-1].at
    assert now - found[0].at < timedelta(seconds=10)


def test_there_is_no_exemplar_of_a_gauge(at: Asking) -> None:
    window = Window(SystemClock().now() - MINUTE, SystemClock().now())

    assert at.backend.knowledge.exemplars("shop_odd", window, SOON) == ()


def test_alerts_lack_the_labels_that_deliveries_have(at: Asking) -> None:
    (alert,) = at.backend.knowledge.alerts(SOON)

    assert alert.labels == {"alertname": "ShopFails", "severity": "page"}
    assert alert.annotations["summary"].endswith(" failed")
    assert alert.is_part_of({**alert.labels, "cluster": "eu-1"})


def test_rules_are_known_by_name(at: Asking) -> None:
    (rule,) = at.backend.knowledge.rules(SOON, "shop:requests:sum")

    assert rule.kind == "recording"
    assert rule.health == "ok"


def test_metadata_tells_type_and_meaning_of_a_metric(at: Asking) -> None:
    (found,) = at.backend.knowledge.metadata(SOON, "shop_requests")

    assert found.type == "counter"
    assert found.help == "Requests by outcome."


def test_the_metric_with_most_series_comes_first(at: Asking) -> None:
    found = at.backend.knowledge.cardinality(SOON)

    assert next(iter(found.by_metric)) == "shop_shard"
    assert found.by_metric["shop_shard"] == 40
    assert found.by_label["shard"] == 40
    assert found.series > 40


def test_version_and_clock_of_the_server_are_told(at: Asking) -> None:
    facts = at.backend.knowledge.facts(SOON)

    assert facts.version[0].isdigit()
    assert facts.skew is not None
    assert abs(facts.skew) <= timedelta(seconds=2)


def test_a_rate_that_outlives_its_target_is_told_apart(tmp_path: Path) -> None:
    rate = "sum(rate(shop_requests_total[30s]))"
    with ExitStack() as running:
        with served(Exporter()) as target:
            config = config_for(tmp_path, target)
            found = asking(running.enter_context(prometheus(tmp_path, config)))
            wait_for(lambda: found.is_there("count_over_time(up[1m]) > 7"))
        # the service is gone, and Prometheus notices with its next scrape
        wait_for(lambda: found.ask("count(shop_requests_total)").empty)
        answer = found.ask(rate)

    assert answer.names["value"] > 0
    assert "`shop_requests_total` has no sample at this moment" in answer.infos[0]
    assert answer.data_as_of is not None
    assert answer.data_as_of < answer.started_at

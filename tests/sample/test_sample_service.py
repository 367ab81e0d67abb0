from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.request import Request as UrlRequest, urlopen

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from doubles.served import Reply, Request as Received, served as answered
from runbookkit.http import HttpClient
from runbookkit.sample.export import Exporter, log_lines, otlp_spans
from runbookkit.sample.metrics import Metrics
from runbookkit.sample.service import Service, handler
from runbookkit.sample.settings import FAULTS, HEALTHY, Settings
from runbookkit.sample.work import Request, Span, Work
from servers import wait_for

Parse = Callable[[str], Iterable[Any]]
pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@contextmanager
def served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(Service(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def put(url: str, value: str) -> bytes:
    asked = UrlRequest(url, data=value.encode(), method="PUT")
    with urlopen(asked) as answer:
        body: bytes = answer.read()
        return body


def test_a_setting_is_read_and_changed_as_the_handbook_says(tmp_path: Path) -> None:
    with served(tmp_path) as url:
        setting = f"{url}/admin/settings/lock_stripes"
        before = json.loads(HttpClient().get(setting).body)
        changed = json.loads(put(setting, "1"))
        unknown = HttpClient().get(f"{url}/admin/settings/nothing").status

    assert before == {"name": "lock_stripes", "value": "64"}
    assert changed == {"name": "lock_stripes", "value": "1"}
    assert unknown == 404


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_changes_its_settings_and_heals(fault: str) -> None:
    settings = Settings()

    settings.switch(fault, on=True)
    broken = {name: settings[name] for name in FAULTS[fault]}
    settings.switch(fault, on=False)

    assert broken == dict(FAULTS[fault])
    assert {name: settings[name] for name in HEALTHY} == dict(HEALTHY)


def request(**changed: object) -> Request:
    made = Request("ab" * 16, "/pay", 1_795_000_000.0, seconds=0.7)
    made.spans.append(Span("POST /charge", made.started, 0.4, "client", "payments"))
    for name, value in changed.items():
        setattr(made, name, value)
    return made


def test_metrics_are_openmetrics_with_exemplars_of_sampled_requests() -> None:
    metrics = Metrics()
    metrics.count(request(), sampled=True, unbounded=False)

    parse = cast("Parse", text_string_to_metric_families)
    families = {each.name: each for each in parse(metrics.text().decode())}

    buckets = families["http_request_duration_seconds"].samples
    exemplars = [each.exemplar for each in buckets if each.exemplar]
    assert [each.labels["trace_id"] for each in exemplars] == ["ab" * 16]
    assert any(each.labels.get("le") == "0.5" for each in buckets)
    assert "cart_items" not in {s.name for f in families.values() for s in f.samples}


def test_the_label_without_bounds_makes_series_and_is_forgotten() -> None:
    metrics = Metrics()
    metrics.count(request(), sampled=False, unbounded=True)
    exploded = metrics.text().count(b"cart_items{")

    metrics.forget_carts()

    assert 1 <= exploded <= 4
    assert b"cart_items{" not in metrics.text()


def test_log_lines_carry_the_trace_and_respect_the_level() -> None:
    made = request(messages=[("debug", "d"), ("warning", "w")])

    info = [json.loads(line) for line in log_lines(made, 1, sampled=True)]

    assert [line["level"] for line in info] == ["info", "warning"]
    assert {line["trace_id"] for line in info} == {"ab" * 16}
    assert info[0]["duration_ms"] == 700.0


def test_spans_are_otlp_with_hex_ids_and_the_called_server() -> None:
    root, child = otlp_spans(request())

    assert root["traceId"] == child["traceId"] == "ab" * 16
    assert child["parentSpanId"] == root["spanId"]
    assert child["kind"] == 3
    assert child["attributes"][0]["value"] == {"stringValue": "payments"}


def test_a_retrying_payment_leaves_one_span_for_each_try(tmp_path: Path) -> None:
    settings = Settings()
    settings.put("payment_retries", "3")
    work = Work(settings, tmp_path, seed=3)

    tries = [
        sum(span.peer == "payments" for span in work.handle().spans) for _ in range(120)
    ]

    assert max(tries) == 3
    assert 0 in tries
    assert 1 in tries


def test_a_large_cart_outgrows_what_tempo_keeps_and_others_stay_small(
    tmp_path: Path,
) -> None:
    settings = Settings()
    settings.put("span_detail", "items")
    work = Work(settings, tmp_path)

    large, small = (otlp_spans(work.handle()) for _ in range(2))

    assert len(json.dumps(large)) > 5_000_000
    assert len(large) > 1000
    assert len(json.dumps(small)) < 10_000


def test_debug_lines_are_many_and_each_is_small() -> None:
    made = request(messages=[("debug", "d")])

    lines = log_lines(made, 0, sampled=True)

    assert sum(map(len, lines)) > 40_000
    assert max(map(len, lines)) < 4_000


def test_lines_go_to_loki_and_spans_to_tempo_in_pieces_that_they_take(
    tmp_path: Path,
) -> None:
    settings = Settings()
    settings.switch("log-spike", on=True)
    settings.switch("huge-traces", on=True)
    sizes: dict[str, list[int]] = {}

    def note(got: Received) -> Reply:
        sizes.setdefault(got.path, []).append(int(got.headers["content-length"]))
        return Reply({})

    with answered(note) as url:
        exporter = Exporter(settings, tmp_path / "log", loki=url, tempo=url)
        for _ in range(2):  # each has a large cart
            exporter.hand_over(Work(settings, tmp_path).handle(), sampled=True)
        wait_for(lambda: len(sizes.get("/v1/traces", ())) > 12)

    assert max(sizes["/loki/api/v1/push"]) < 2_000_000
    assert max(sizes["/v1/traces"]) < 2_000_000

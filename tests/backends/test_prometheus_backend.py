"""What Prometheus says, 2.x and 3.x, and what becomes of it; answers are canned."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx2
import pytest

from backends.asks import HOUR, ask_for, misfits
from doubles.clocks import NOON, StillClock
from runbookkit.backends.prometheus import Config, Prometheus, connect
from runbookkit.errors import (
    BackendError,
    BackendTimeoutError,
    BackendUnavailableError,
    QueryRejectedError,
)
from runbookkit.http import Endpoint
from runbookkit.model.answer import Answer, Window
from runbookkit.model.observed import ActiveAlert
from runbookkit.model.runbook import Limit

AT = NOON.timestamp()
Handle = Callable[[httpx2.Request], httpx2.Response]


def prometheus(handle: Handle, clock: StillClock | None = None) -> Prometheus:
    return connect(
        Config(Endpoint("http://prometheus.test"), freshness=False),
        clock=clock or StillClock(),
        transport=httpx2.MockTransport(handle),
    )


def says(body: Any, status: int = 200) -> Handle:
    def handle(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(status, content=json.dumps(body).encode())

    return handle


def result(kind: str, found: Any, **beside: Any) -> Handle:
    data = {"resultType": kind, "result": found}
    return says({"status": "success", "data": data, **beside})


def refuses(status: int, kind: str, error: str) -> Handle:
    return says({"status": "error", "errorType": kind, "error": error}, status)


def answer(handle: Handle, text: str = "up", **asked: Any) -> Answer:
    return prometheus(handle).ask(ask_for(text, **asked))


def sent(**asked: Any) -> tuple[httpx2.Request, dict[str, str]]:
    """Return the one request that a question leads to, and its form."""
    requests: list[httpx2.Request] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        requests.append(request)
        return result("matrix" if asked.get("over") else "vector", [])(request)

    prometheus(handle).ask(ask_for("up", **asked))
    (request,) = requests
    return request, dict(parse_qsl(request.content.decode()))


def one(value: str, **labels: str) -> Mapping[str, Any]:
    return {"metric": labels, "value": [AT, value]}


@pytest.mark.parametrize("text", ["+Inf", "-Inf", "3.5e-05", "17"])
def test_a_sample_is_read_from_its_text(text: str) -> None:
    found = answer(result("vector", [one(text)]))

    assert found.names["value"] == float(text)


def test_nan_is_a_value_below_no_threshold() -> None:
    found = answer(result("vector", [one("NaN")]))

    assert math.isnan(found.names["value"])
    assert not found.empty
    assert not found.voids


def test_a_scalar_is_a_single_pair() -> None:
    found = answer(result("scalar", [AT, "3"]))

    assert found.names == {"series": [{"labels": {}, "value": 3.0}], "value": 3.0}


def test_a_text_is_no_number_to_judge() -> None:
    found = answer(result("string", [AT, "hello"]))

    assert found.voids == "the answer is a text"


def test_a_selected_range_is_an_answer_over_time_though_asked_at_once() -> None:
    series = {"metric": {}, "values": [[AT - 5, "1"], [AT, "2"]]}

    found = answer(result("matrix", [series]), "up[10s]")

    assert found.kind == "range"
    assert found.names["value"] == 2.0
    assert found.data_as_of == NOON
    assert misfits(found) == []


def test_nothing_is_an_empty_list_and_no_zero() -> None:
    found = answer(result("vector", []), "sum(no_such) / sum(up)")

    assert found.empty
    assert found.names == {"series": []}


def test_several_series_have_no_single_value() -> None:
    found = answer(result("vector", [one("1", a="x"), one("2", a="y")]))

    assert "value" not in found.names


def test_series_come_in_the_order_of_their_labels_whatever_the_servers() -> None:
    pair = [one("1", job="b"), one("2", job="a")]

    there = answer(result("vector", pair)).names
    back = answer(result("vector", pair[::-1])).names

    assert there == back
    assert [each["labels"]["job"] for each in there["series"]] == ["a", "b"]


@pytest.mark.parametrize("shape", ["vector", "matrix"])
def test_a_native_histogram_is_no_number_to_judge(shape: str) -> None:
    told = {"count": "4", "sum": "2.5", "buckets": [[0, "0.5", "1", "4"]]}
    name = "histogram" if shape == "vector" else "histograms"
    pair = [AT, told]
    series: Any = {"metric": {}, name: pair if shape == "vector" else [pair]}

    found = answer(result(shape, [series]), over=HOUR if shape == "matrix" else None)

    assert "histogram_quantile()" in found.voids
    (kept,) = found.details["histograms"]
    assert kept["buckets"] == [{"from": 0.5, "to": 1.0, "count": 4.0}]
    assert misfits(found) == []


def test_a_native_histogram_without_buckets_and_beside_values_is_read() -> None:
    series: Mapping[str, Any] = {
        "metric": {},
        "values": [[AT - 15, "1"]],
        "histograms": [[AT, {"count": "0", "sum": "0"}]],
    }

    found = answer(result("matrix", [series]), over=HOUR)

    assert found.details["histograms"][0]["buckets"] == []
    assert found.names["series"][0]["points"] == [[AT - 15, 1.0]]


def test_a_warning_voids_the_answer_and_an_info_does_not() -> None:
    warned = answer(result("vector", [], warnings=["results truncated due to limit"]))
    informed = answer(result("vector", [], infos=["metric might not be a counter"]))

    assert warned.voids == "results truncated due to limit"
    assert warned.warnings == (warned.voids,)
    assert not informed.voids
    assert informed.infos == ("metric might not be a counter",)


def test_an_answer_that_a_cluster_calls_partial_is_void() -> None:
    assert "partial" in answer(result("vector", [one("1")], isPartial=True)).voids


def test_more_series_than_anyone_asked_for_are_void() -> None:
    many = [one(str(n), n=str(n)) for n in range(1001)]

    found = answer(result("vector", many))

    assert len(found.names["series"]) == 1000
    assert "1001 series came" in found.voids


def test_a_steps_own_limit_keeps_the_largest_and_says_so() -> None:
    many = [one(str(n), n=str(n)) for n in range(9)]

    found = answer(result("vector", many), limit=Limit(2, "series"))

    assert [each["value"] for each in found.names["series"]] == [7.0, 8.0]
    assert found.truncated == "9 series came, the largest 2 are kept"
    assert not found.voids


@pytest.mark.parametrize(
    ("status", "kind"), [(400, "bad_data"), (422, "execution"), (200, "bad_data")]
)
def test_a_wrong_query_is_told_from_a_broken_server(status: int, kind: str) -> None:
    with pytest.raises(QueryRejectedError, match=r"prometheus\.test: .*1:34"):
        answer(refuses(status, kind, "1:34: parse error"))


def test_a_query_that_ran_out_of_time_is_not_asked_again() -> None:
    asked: list[httpx2.Request] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return refuses(503, "timeout", "query timed out")(request)

    with pytest.raises(BackendTimeoutError, match="shorter window"):
        answer(handle)
    assert len(asked) == 1


@pytest.mark.parametrize("status", [404, 405])
def test_a_page_that_is_not_there_is_the_servers_fault(status: int) -> None:
    def handle(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(status, text="404 page not found\n")

    with pytest.raises(BackendUnavailableError, match=f"answers {status}"):
        answer(handle)


def test_a_server_that_is_away_for_a_moment_is_asked_once_more() -> None:
    replies = [httpx2.Response(503, text="no healthy upstream")]
    clock = StillClock()

    def handle(request: httpx2.Request) -> httpx2.Response:
        return replies.pop() if replies else result("vector", [one("1")])(request)

    found = prometheus(handle, clock).ask(ask_for("up"))

    assert found.names["value"] == 1.0
    assert clock.slept == [timedelta(milliseconds=500)]


@pytest.mark.parametrize("status", [429, 500, 502, 504])
def test_no_other_failure_is_asked_again(status: int) -> None:
    asked: list[httpx2.Request] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(status, text="no")

    with pytest.raises(BackendError):
        answer(handle)
    assert len(asked) == 1


def test_nothing_is_asked_again_once_the_time_is_nearly_over() -> None:
    asked: list[httpx2.Request] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(503, text="no")

    with pytest.raises(BackendUnavailableError):
        answer(handle, timeout=1.2)
    assert len(asked) == 1


def test_a_query_is_sent_as_a_form() -> None:
    request, form = sent()

    assert request.method == "POST"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert form["query"] == "up"


@pytest.mark.parametrize(("timeout", "allowed"), [(30, "29500ms"), (0.5, "250ms")])
def test_the_server_is_given_a_little_less_time_in_whole_milliseconds(
    timeout: float, allowed: str
) -> None:
    _, form = sent(timeout=timeout)

    assert form["timeout"] == allowed


def test_an_instant_query_names_its_moment() -> None:
    _, form = sent()

    assert form["time"] == f"{AT:.3f}"
    assert "limit" not in form  # 2.x ignores it without a word


def test_start_and_end_of_a_range_are_aligned_to_its_step() -> None:
    forms: list[dict[str, str]] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        forms.append(dict(parse_qsl(request.content.decode())))
        return result("matrix", [])(request)

    for late in (1, 6, 14):
        end = NOON + timedelta(seconds=late)
        ask = replace(ask_for("up"), window=Window(end - HOUR, end))
        prometheus(handle).ask(ask)

    assert forms[0] == forms[1] == forms[2]
    assert float(forms[0]["start"]) % float(forms[0]["step"]) == 0


@pytest.mark.parametrize("hours", [1, 24, 24 * 30])
def test_a_range_of_any_length_stays_far_below_the_servers_points(hours: int) -> None:
    _, form = sent(over=timedelta(hours=hours))

    points = (float(form["end"]) - float(form["start"])) / float(form["step"])
    assert points <= 1000


def test_more_points_than_the_server_gives_are_refused_before_it_is_asked() -> None:
    with pytest.raises(QueryRejectedError, match=r"43,201 points .* longer step"):
        answer(result("matrix", []), over=12 * HOUR, step=timedelta(seconds=1))


def test_what_a_query_cost_is_told() -> None:
    stats = {
        "samples": {"totalQueryableSamples": 30, "peakSamples": 3},
        "timings": {"execTotalTime": 0.25},
    }
    data = {"resultType": "vector", "result": [], "stats": stats}

    found = answer(says({"status": "success", "data": data}))

    assert found.details == {
        "samples_read": 30,
        "samples_at_once": 3,
        "server_seconds": 0.25,
    }


def test_a_servers_text_cannot_reach_the_terminal_as_commands() -> None:
    with pytest.raises(QueryRejectedError) as caught:
        answer(refuses(400, "bad_data", "\x1b[2J\x1b]0;owned\a" + "x" * 5000))

    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500


def fresh(handle: Handle, text: str, clock: StillClock | None = None) -> Answer:
    backend = connect(
        Config(Endpoint("http://prometheus.test")),
        clock=clock or StillClock(),
        transport=httpx2.MockTransport(handle),
    )
    return backend.ask(ask_for(text))


def test_an_answer_is_as_old_as_the_oldest_of_what_it_rests_on() -> None:
    def handle(request: httpx2.Request) -> httpx2.Response:
        asked = dict(parse_qsl(request.content.decode()))["query"]
        if "timestamp(" not in asked:
            return result("vector", [one("1")])(request)
        times = [
            one(f"{AT - 5}", runbookkit_selector="0"),
            one(f"{AT - 40}", runbookkit_selector="1"),
        ]
        return result("vector", times)(request)

    answer = fresh(handle, "sum(rate(a[5m])) / sum(rate(b[5m]))")

    assert answer.data_as_of == NOON - timedelta(seconds=40)


def test_not_to_know_how_old_an_answer_is_costs_no_answer() -> None:
    def handle(request: httpx2.Request) -> httpx2.Response:
        if b"timestamp" in request.content:
            return httpx2.Response(500, text="no")
        return result("vector", [one("1")])(request)

    answer = fresh(handle, "sum(rate(a[5m]))")

    assert answer.names["value"] == 1.0
    assert answer.data_as_of is None


@pytest.mark.parametrize(
    "text",
    [
        "1 + 1",
        "a offset 1d",
        "absent(a)",
        "max_over_time(a[1h:1m] offset 1d)",
        '{__name__=~"a.+"}',
        "a @ 1795176000",
        "sum(" * 400 + "a" + ")" * 400,
        "sum(a",
    ],
)
def test_what_looks_elsewhere_is_not_asked_for_its_age(text: str) -> None:
    asked: list[bytes] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.content)
        return result("vector", [one("1")])(request)

    assert fresh(handle, text).data_as_of is None
    assert len(asked) == 1


def test_links_lead_to_the_servers_own_page() -> None:
    backend = prometheus(result("vector", []))

    at_once = parse_qs(urlsplit(backend.link(ask_for("up"))).query)
    over = urlsplit(backend.link(ask_for("up", over=HOUR)))

    assert over.path == "/graph"
    assert parse_qs(over.query)["g0.range_input"] == ["3600s"]
    assert parse_qs(over.query)["g0.end_input"] == ["2026-11-20 12:00:00"]
    assert at_once["g0.moment_input"] == ["2026-11-20 12:00:00"]
    assert at_once["g0.expr"] == ["up"]


ALERT = {
    "labels": {"alertname": "TargetDown", "job": "shop"},
    "annotations": {"summary": "shop is down"},
    "state": "firing",
    "activeAt": "2026-11-20T11:30:00.123456789Z",
    "value": "3.07e-01",
}


def test_alerts_are_matched_with_deliveries_that_have_more_labels() -> None:
    body = {"status": "success", "data": {"alerts": [ALERT]}}

    (alert,) = prometheus(says(body)).knowledge.alerts(timedelta(seconds=5))

    assert alert.value == 0.307
    delivered = {"alertname": "TargetDown", "job": "shop", "cluster": "eu-1"}
    assert alert.is_part_of(delivered)
    assert not alert.is_part_of({**delivered, "job": "cart"})


def test_rules_are_chosen_by_name_on_our_side() -> None:
    def rule(name: str) -> Mapping[str, Any]:
        return {
            "type": "alerting",
            "name": name,
            "query": "up == 0",
            "duration": 120,
            "annotations": {"summary": "{{ $labels.job }} is down"},
            "alerts": [ALERT],
            "health": "ok",
        }

    groups = [{"name": "g", "rules": [rule("A"), rule("TargetDown")]}]
    body = {"status": "success", "data": {"groups": groups}}
    knowledge = prometheus(says(body)).knowledge

    (found,) = knowledge.rules(timedelta(seconds=5), "TargetDown")

    assert found.hold == timedelta(minutes=2)
    assert "{{" in found.annotations["summary"]
    assert isinstance(found.alerts[0], ActiveAlert)
    assert found.alerts[0].annotations == {"summary": "shop is down"}


def test_knowledge_that_a_server_does_not_offer_is_an_error() -> None:
    def handle(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(404, text="404 page not found")

    with pytest.raises(BackendUnavailableError, match="answers 404"):
        prometheus(handle).knowledge.cardinality(timedelta(seconds=5))

"""What a backend's server may do, short of what the hostile ones do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import httpx2
import pytest

from doubles.clocks import NOON, StillClock
from runbookkit.errors import (
    BackendError,
    BackendTimeoutError,
    BackendUnavailableError,
    QueryRejectedError,
)
from runbookkit.exchange import Remote, notices
from runbookkit.http import Answer, Endpoint
from runbookkit.model.answer import Window

SOON = timedelta(seconds=5)
Handle = Callable[[httpx2.Request], httpx2.Response]


class HastyClock(StillClock):
    """A clock on which every look costs four seconds."""

    def now(self) -> datetime:
        self.time += timedelta(seconds=4)
        return self.time


def remote(handle: Handle, clock: StillClock | None = None) -> Remote:
    return Remote(
        "db",
        Endpoint("http://me:pa55@db.test/path/"),
        clock=clock or StillClock(),
        transport=httpx2.MockTransport(handle),
    )


def breaks_off(count: int, asked: list[httpx2.Request]) -> Handle:
    def handle(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        if len(asked) <= count:
            raise httpx2.ConnectError("Connection refused")
        return httpx2.Response(200, text="here")

    return handle


def test_a_connection_that_breaks_once_is_tried_once_more() -> None:
    asked: list[httpx2.Request] = []
    clock = StillClock()

    answer = remote(breaks_off(1, asked), clock).get("/x", {}, SOON)

    assert answer.body == b"here"
    assert clock.slept == [timedelta(milliseconds=500)]


def test_a_connection_that_breaks_twice_is_an_error() -> None:
    asked: list[httpx2.Request] = []

    with pytest.raises(BackendUnavailableError, match="Connection refused") as caught:
        remote(breaks_off(5, asked)).get("/x", {}, SOON)

    assert len(asked) == 2
    assert caught.value.retryable


def test_a_try_that_could_not_end_in_time_is_not_begun() -> None:
    asked: list[httpx2.Request] = []

    with pytest.raises(BackendUnavailableError):
        remote(breaks_off(5, asked), HastyClock()).get("/x", {}, SOON)

    assert len(asked) == 1


def test_the_second_try_has_only_the_time_that_is_left() -> None:
    limits: list[float] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        limits.append(request.extensions["timeout"]["read"])
        return httpx2.Response(503, text="away")

    remote(handle).get("/x", {}, SOON)

    assert limits[0] - limits[1] == 0.5


def test_an_address_keeps_its_path_and_loses_its_secrets() -> None:
    urls: list[httpx2.URL] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        urls.append(request.url)
        return httpx2.Response(200)

    there = remote(handle)
    there.get("/x", {"q": "a b"}, SOON)

    assert there.address == "http://db.test/path"
    assert urls[0].path == "/path/x"


@pytest.mark.parametrize(
    ("status", "error", "retryable"),
    [
        (400, QueryRejectedError, False),
        (401, BackendUnavailableError, False),
        (403, BackendUnavailableError, False),
        (404, BackendUnavailableError, False),
        (408, BackendTimeoutError, True),
        (413, QueryRejectedError, False),
        (414, QueryRejectedError, False),
        (422, QueryRejectedError, False),
        (429, BackendUnavailableError, True),
        (500, BackendUnavailableError, True),
        (503, BackendUnavailableError, True),
        (504, BackendTimeoutError, True),
    ],
)
def test_the_status_tells_a_wrong_query_from_a_broken_server(
    status: int, error: type[BackendError], retryable: bool
) -> None:
    there = remote(lambda _: httpx2.Response(200))

    with pytest.raises(error, match=r"http://db\.test/path: .*why") as caught:
        there.refuse(Answer(status, b"why\n", ""))

    assert type(caught.value) is error
    assert caught.value.retryable is retryable


def test_a_page_is_no_reason_to_blame_the_query() -> None:
    there = remote(lambda _: httpx2.Response(200))
    page = Answer(400, b"<html>Bad Request</html>", "", {"content-type": "text/html"})

    with pytest.raises(BackendUnavailableError, match=r"answers 400$"):
        there.refuse(page)


@pytest.mark.parametrize(
    "said",
    [
        'for series: \'{user="jo", msg="paid } 5"}\'. Use a filter',
        'unexpected {user="jo", a="b"} and {c="jo"}',
    ],
)
def test_an_error_loses_the_labels_that_it_quotes(said: str) -> None:
    there = remote(lambda _: httpx2.Response(200))

    with pytest.raises(QueryRejectedError) as caught:
        there.refuse(Answer(400, said.encode(), ""))

    assert "jo" not in str(caught.value).replace("db.test", "")
    assert "{…}" in str(caught.value)


def test_warnings_are_bounded_and_printable() -> None:
    told = ["\x1b[31m" + "x" * 9000, 5, None, *["more"] * 100]

    found = notices(told)

    assert len(found) == 20
    assert all(each.isprintable() and len(each) <= 400 for each in found)
    assert notices(None) == ()
    assert notices("one") == ("one",)


def test_points_are_counted_before_the_server_is_asked() -> None:
    there = remote(lambda _: httpx2.Response(200))
    window = Window(NOON - timedelta(days=1), NOON)

    assert there.steps(window, timedelta(seconds=8)).points == 10_801
    with pytest.raises(QueryRejectedError, match="longer step"):
        there.steps(window, timedelta(seconds=7))


@pytest.mark.parametrize(
    ("date", "skew"),
    [
        ("Fri, 20 Nov 2026 12:00:30 GMT", timedelta(seconds=30)),
        ("yesterday", None),
        ("", None),
    ],
)
def test_the_servers_clock_is_held_against_ours(
    date: str, skew: timedelta | None
) -> None:
    def handle(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json={"version": "1.2"}, headers={"date": date})

    facts = remote(handle).facts("/build", SOON, "Db")

    assert facts.version == "1.2"
    assert facts.skew == skew

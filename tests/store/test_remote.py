"""The log behind a server is the same log."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbookkit.errors import ConflictError, StoreError
from runbookkit.http import Endpoint, HttpClient
from runbookkit.model.event import NewEvent
from runbookkit.store.remote import RemoteStore
from server.whole import ADA, EYE, NOON, fired, server

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def remote(url: str, token: str = ADA) -> RemoteStore:
    return RemoteStore(HttpClient(endpoint=Endpoint(url, bearer=token)))


def noted(text: str) -> NewEvent:
    return NewEvent("note added", NOON, {"text": text}, "on call", "terminal")


def test_events_are_kept_read_and_listed(tmp_path: Path) -> None:
    with server(tmp_path) as (site, _):
        store = remote(site.url)
        kept = store.append("run/a", 0, [noted(str(n)) for n in range(450)])
        read = store.read("run/a")
        later = store.read("run/a", 448)
        names = store.streams("run")
        since = store.since(kept[-2].position)

    assert read == kept
    assert [each.data["text"] for each in later] == ["448", "449"]
    assert names == ["run/a"]
    assert since == kept[-1:]


def test_a_stream_may_have_slashes_in_its_name(tmp_path: Path) -> None:
    with server(tmp_path) as (site, desk):
        kept = desk.store.append("deploy/team/shop api", 0, [noted("one")])

        assert remote(site.url).read("deploy/team/shop api") == kept


def test_incidents_are_read_as_from_a_database(tmp_path: Path) -> None:
    with server(tmp_path) as (site, desk):
        number = fired(site)
        store = remote(site.url, EYE)

        assert store.incident(number) == desk.incident(number)
        assert store.incident(99) is None
        assert store.incidents(open_only=True, limit=10_000) == [desk.incident(number)]
        assert store.alerts(number) == list(desk.view(number).alerts)
        assert store.alerts(99) == []


def test_a_stream_that_moved_on_is_a_conflict(tmp_path: Path) -> None:
    with server(tmp_path) as (site, _):
        remote(site.url).append("run/a", 0, [noted("one")])

        with pytest.raises(ConflictError):
            remote(site.url).append("run/a", 0, [noted("two")])


def test_what_is_refused_says_why(tmp_path: Path) -> None:
    with server(tmp_path) as (site, _):
        with pytest.raises(StoreError, match="may only read"):
            remote(site.url, EYE).append("run/a", 0, [noted("one")])
        with pytest.raises(StoreError, match="RUNBOOK_TOKEN"):
            remote(site.url, "x" * 32).read("run/a")


def test_a_server_that_is_away_is_named(tmp_path: Path) -> None:
    with server(tmp_path) as (site, _):
        store = remote(site.url)

    with pytest.raises(StoreError, match=site.url):
        store.read("run/a")

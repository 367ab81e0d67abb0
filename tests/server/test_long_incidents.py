"""An incident may be as long as it likes; what is shown of it at once may not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runbookkit.app.desk import Desk
from runbookkit.http import Endpoint, HttpClient
from runbookkit.model.event import NewEvent
from runbookkit.store.remote import RemoteStore
from server.listening import Site
from server.whole import BOSS, NOON, alert, delivery, server

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
EVENTS, ALERTS = 1299, 250


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Desk]]:
    """Serve one incident with many alerts and events, of which one was edited."""
    with server(tmp_path_factory.mktemp("long")) as (site, desk):
        pods = [alert(service="shop", pod=str(number)) for number in range(ALERTS)]
        site.post("/webhooks/alertmanager/prod", delivery(*pods))
        told = NewEvent("channel opened", NOON, {"url": "https://chat.example/1"})
        notes = [
            NewEvent("note added", NOON, {"text": f"note {number}"})
            for number in range(EVENTS)
        ]
        edited = NewEvent(
            "entry edited", NOON, {"entry": "e5", "text": "in better words"}, "ada"
        )
        desk.store.append("incident/1", 2, [told, *notes, edited])
        yield site, desk


def page(site: Site, query: str = "") -> str:
    answer = site.get(f"/incidents/1{query}", authorization=f"Bearer {BOSS}")
    assert answer.status == 200
    return answer.body.decode()


def test_the_page_shows_the_newest_and_says_so(long: tuple[Site, Desk]) -> None:
    shown = page(long[0])

    assert "500 of 1303 events are shown" in shown
    assert "note 1298" in shown
    assert "note 500<" not in shown
    assert "200 of 250 alerts are shown" in shown
    assert shown.count('class="card"') == 200


def test_one_leafs_back_to_the_beginning(long: tuple[Site, Desk]) -> None:
    middle, first = page(long[0], "?before=804"), page(long[0], "?before=304")

    assert 'href="/incidents/1?before=804"' in page(long[0])
    assert 'href="/incidents/1?before=304"' in middle
    assert "opened: HighErrorRate" in first
    assert "Those before them" not in first
    assert 'href="/incidents/1"' in first


def test_where_people_were_told_is_shown_on_each_of_its_pages(
    long: tuple[Site, Desk],
) -> None:
    for query in ("", "?before=804"):
        assert 'href="https://chat.example/1"' in page(long[0], query)


def test_what_was_edited_later_is_shown_so(long: tuple[Site, Desk]) -> None:
    assert "in better words" in page(long[0], "?before=304")


def test_the_api_returns_so_much_at_once(long: tuple[Site, Desk]) -> None:
    site, desk = long
    head = {"authorization": f"Bearer {BOSS}"}

    view = site.get("/api/v1/incidents/1?limit=10", **head).json
    older = site.get("/api/v1/incidents/1/timeline?before=6&limit=2", **head).json
    events = site.get("/api/v1/incidents/1/events?after=1290", **head).json

    assert (len(view["activity"]), len(view["alerts"])) == (10, 10)
    assert (view["incident"]["sequence"], view["incident"]["total"]) == (1303, 250)
    assert [each["text"] for each in older["entries"]] == ["note 0", "in better words"]
    assert len(events["events"]) == 13
    assert [each.digest for each in desk.window(1, entries=3, alerts=1).activity] == [
        "",
        "",
        "",
    ]


def test_from_elsewhere_all_of_it_is_read_in_pieces(long: tuple[Site, Desk]) -> None:
    site, desk = long
    remote = RemoteStore(HttpClient(endpoint=Endpoint(site.url, bearer=BOSS)))

    assert remote.alerts(1) == list(desk.view(1).alerts)
    assert remote.read("incident/1") == desk.store.read("incident/1")
    assert remote.incident(1) == desk.incident(1)

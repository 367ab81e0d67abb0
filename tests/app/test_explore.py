from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from runbookkit.app.explore import explore_link
from runbookkit.model.answer import Ask, Window
from runbookkit.model.options import Grafana
from runbookkit.model.runbook import Limit

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SOON = timedelta(seconds=30)
UIDS = {"prometheus": "prom-1", "loki": "loki-1", "tempo": "tempo-1"}
GRAFANA = Grafana("https://grafana.example.test/", UIDS, org=2)


def ask(language: str, text: str, *, over: bool = True) -> Ask:
    window = Window(NOON - HOUR, NOON) if over else None
    return Ask(language, text, NOON, SOON, window, limit=Limit(5, "traces"))


def pane(link: str) -> dict[str, Any]:
    params = parse_qs(urlsplit(link).query)
    assert params["schemaVersion"] == ["1"]
    (found,) = json.loads(params["panes"][0]).values()
    return dict(found)


@pytest.mark.parametrize(
    ("asked", "uid", "query"),
    [
        (
            ask("promql", 'up{job="a b"}'),
            "prom-1",
            {"expr": 'up{job="a b"}', "range": True, "instant": False},
        ),
        (
            ask("promql", "up", over=False),
            "prom-1",
            {"expr": "up", "range": False, "instant": True},
        ),
        (
            ask("logql", '{app="ß"} |= "&#"'),
            "loki-1",
            {"expr": '{app="ß"} |= "&#"', "queryType": "range"},
        ),
        (
            ask("traceql", "5b2222"),
            "tempo-1",
            {
                "query": "5b2222",
                "queryType": "traceql",
                "limit": 5,
                "tableType": "traces",
            },
        ),
    ],
)
def test_a_link_holds_the_query_in_its_datasources_form(
    asked: Ask, uid: str, query: dict[str, Any]
) -> None:
    found = pane(explore_link(GRAFANA, asked))

    (told,) = found["queries"]
    assert found["datasource"] == told["datasource"]["uid"] == uid
    assert {name: told[name] for name in query} == query
    assert told["refId"] == "A"


@pytest.mark.parametrize("over", [True, False])
def test_a_links_times_are_absolute_milliseconds(over: bool) -> None:
    found = pane(explore_link(GRAFANA, ask("promql", "up", over=over)))

    assert found["range"] == {"from": "1795172400000", "to": "1795176000000"}


def test_a_link_leads_to_grafana_and_its_organisation() -> None:
    link = urlsplit(explore_link(GRAFANA, ask("promql", "up")))

    assert (link.netloc, link.path) == ("grafana.example.test", "/explore")
    assert parse_qs(link.query)["orgId"] == ["2"]


@pytest.mark.parametrize(
    ("grafana", "language"),
    [(GRAFANA, "bash"), (Grafana("https://g.test"), "promql"), (Grafana(""), "promql")],
)
def test_what_no_datasource_shows_has_no_link(grafana: Grafana, language: str) -> None:
    assert explore_link(grafana, ask(language, "up")) == ""

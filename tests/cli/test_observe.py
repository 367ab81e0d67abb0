"""``runbook observe`` from the command line: exit codes, text, JSON."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jsonschema
import pytest

from cli.command import Place
from cli.test_schemas import schema
from doubles.loki import LokiDouble
from doubles.served import Reply, Request, served
from doubles.tempo import TempoDouble

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
EMPTY = {"status": "success", "data": {"resultType": "vector", "result": []}}


def empty_prometheus(request: Request) -> Reply:
    if request.path.endswith("/query_exemplars"):
        return Reply({"status": "success", "data": []})
    return Reply(EMPTY)


@contextmanager
def everything(folder: Path) -> Iterator[Place]:
    with (
        served(empty_prometheus) as prometheus,
        served(LokiDouble()) as loki,
        served(TempoDouble()) as tempo,
    ):
        urls = {"prometheus": prometheus, "loki": loki, "tempo": tempo}
        place = Place(folder)
        tables = (
            f'[backends.{name}.endpoint]\nurl = "{url}"' for name, url in urls.items()
        )
        place.write("runbook.toml", "\n".join(tables))
        yield place


def test_all_is_well_when_all_was_asked_even_if_there_is_nothing(
    tmp_path: Path,
) -> None:
    with everything(tmp_path) as place:
        done = place.run("observe", "cart")

    assert (done.code, done.err) == (0, "")
    assert "Could not ask" not in done.out
    assert "no metric has this service or job" in done.out


def test_exemplars_that_nobody_keeps_are_said_to_be_missing(tmp_path: Path) -> None:
    def without(request: Request) -> Reply:
        if request.path.endswith("/query_exemplars"):
            # the same without storage, without exemplars and without OpenMetrics
            return Reply({"status": "success", "data": []})
        labels = {"__name__": "http_request_duration_seconds_bucket", "job": "cart"}
        series = {"metric": labels, "value": [1795176000, "1"]}
        found = {"resultType": "vector", "result": [series]}
        return Reply({"status": "success", "data": found})

    with served(without) as url:
        place = Place(tmp_path)
        place.write("runbook.toml", f'[backends.prometheus.endpoint]\nurl = "{url}"')
        done = place.run("observe", "cart")

    assert "no exemplar with a trace id: the service exposes none, or" in done.out


def test_what_could_not_be_asked_is_named_and_told_by_the_exit_code(
    tmp_path: Path,
) -> None:
    place = Place(tmp_path)
    place.write("runbook.toml", "")

    done = place.run("observe", "cart")

    assert done.code == 3
    assert "Could not ask\n  metrics: no Prometheus is configured" in done.out


def test_json_is_as_published(tmp_path: Path) -> None:
    with everything(tmp_path) as place:
        done = place.run("observe", "cart", "--json")

    jsonschema.validate(done.data, schema("observation"))
    assert done.data["service"] == "cart"


@pytest.mark.parametrize("window", ["soon", "0s", "8d", "-5m"])
def test_a_window_that_is_none_is_a_usage_error(tmp_path: Path, window: str) -> None:
    done = Place(tmp_path).run("observe", "cart", f"--window={window}")

    assert done.code == 2
    assert "is no window" in done.err


def test_a_terminal_obeys_nothing_that_servers_say(tmp_path: Path) -> None:
    def wild(_: Request) -> Reply:
        return Reply("\x1b[2Jgone\n", 500)

    with served(wild) as url:
        place = Place(tmp_path)
        place.write("runbook.toml", f'[backends.loki.endpoint]\nurl = "{url}"\n')
        done = place.run("observe", "cart")

    assert "\x1b" not in done.out

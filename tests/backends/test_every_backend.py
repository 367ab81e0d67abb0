"""What holds for every backend, those of other packages included."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest

from backends.asks import (
    ENDS,
    FAMILY,
    HTTP,
    NAMES,
    ask_for,
    asks_over_http,
    backend_at,
    misfits,
    module_of,
    questions,
)
from doubles.clocks import NOON, StillClock
from doubles.jaeger import JaegerDouble, Trace as JaegerTrace
from doubles.loki import SECOND, Line, LokiDouble
from doubles.served import Handle, Reply, Request, served
from doubles.tempo import TempoDouble, Trace
from runbookkit.discovery import member, members
from runbookkit.errors import ConfigError, QueryRejectedError
from runbookkit.model.answer import Ask
from runbookkit.model.base import Data
from runbookkit.moments import nanoseconds
from runbookkit.ports import Backend
from runbookkit.queries.registry import language_of

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
AGO = nanoseconds(NOON - timedelta(minutes=30))


def a_prometheus(request: Request) -> Reply:
    labels: Any = {"job": "shop"}
    if request.path.endswith("query_range"):
        values = [[1795174200, "1"], [1795174215, "NaN"]]
        one = {"metric": labels, "values": values}
        data = {"resultType": "matrix", "result": [one]}
    else:
        one = {"metric": labels, "value": [1795176000, "1"]}
        data = {"resultType": "vector", "result": [one]}
    return Reply({"status": "success", "data": data})


WORKING: dict[str, Handle] = {
    "prometheus": a_prometheus,
    "loki": LokiDouble([Line(AGO, {"app": "shop"}, "{}", {"user": "u1"})]),
    "jaeger": JaegerDouble([JaegerTrace("f00d", AGO // 1000, failed=True)]),
    "tempo": TempoDouble(
        [Trace("f00d".zfill(32), AGO, failed=True)], values={AGO // SECOND: 3}
    ),
}
ANSWERED = [(name, ask) for name in WORKING for ask in questions(name)]


@pytest.mark.parametrize("name", members(FAMILY))
def test_defines_the_names_of_a_backend(name: str) -> None:
    module = member(FAMILY, name, NAMES)

    assert name == module.NAME
    assert module.LANGUAGES
    assert all(language_of(each) is not None for each in module.LANGUAGES)
    assert issubclass(module.Config, Data)
    assert dataclasses.is_dataclass(module.Config)


@pytest.mark.parametrize("name", members(FAMILY))
def test_is_connected_without_a_word_to_anyone(name: str) -> None:
    if asks_over_http(name):
        backend: Backend = backend_at(name, "http://192.0.2.1:1")
    else:
        module = module_of(name)
        backend = module.connect(module.Config(), clock=StillClock())

    assert backend.name == name
    assert backend.languages == module_of(name).LANGUAGES
    assert isinstance(backend.link(ask_for("x", language=backend.languages[0])), str)


@pytest.mark.parametrize(("name", "ask"), ANSWERED)
def test_answers_with_the_names_that_expectations_see(name: str, ask: Ask) -> None:
    with served(WORKING[name]) as url:
        answer = backend_at(name, url).ask(ask)

    assert misfits(answer) == []
    assert not answer.empty
    assert answer.server == url
    assert answer.sent == ask.text
    assert answer.started_at == NOON
    assert not answer.voids


@pytest.mark.parametrize("name", HTTP)
def test_sends_tenant_and_token_with_every_request(name: str) -> None:
    heads: list[dict[str, str]] = []

    def note(request: Request) -> Reply:
        heads.append(dict(request.headers))
        return WORKING[name](request)

    with served(note) as url:
        backend = backend_at(name, url, tenant="team-a", bearer="s3cret")
        for ask in questions(name):
            backend.ask(ask)

    assert {each["x-scope-orgid"] for each in heads} == {"team-a"}
    assert {each["authorization"] for each in heads} == {"Bearer s3cret"}


@pytest.mark.parametrize("name", HTTP)
def test_asks_below_the_path_of_its_address(name: str) -> None:
    paths: list[str] = []

    def below(request: Request) -> Reply:
        paths.append(request.path)
        path = request.path.removeprefix("/telemetry")
        return WORKING[name](dataclasses.replace(request, path=path))

    with served(below) as url:
        backend_at(name, f"{url}/telemetry/").ask(questions(name)[0])

    assert all(path.startswith("/telemetry/") for path in paths)


@pytest.mark.parametrize("name", HTTP)
@pytest.mark.parametrize(
    "tenant", ["../x", "a b", "a\nb", "é", "a" * 151, "a||b", ".."]
)
def test_a_tenant_that_no_server_takes_is_refused_at_once(
    name: str, tenant: str
) -> None:
    with pytest.raises(ConfigError, match=name):
        backend_at(name, "http://127.0.0.1:9", tenant=tenant)


@pytest.mark.parametrize("name", HTTP)
@pytest.mark.parametrize("url", ["", "db.example:9090", "file:///etc/passwd"])
def test_what_is_no_address_is_refused_at_once(name: str, url: str) -> None:
    with pytest.raises(ConfigError, match="no address"):
        backend_at(name, url)


@pytest.mark.parametrize("name", HTTP)
def test_what_it_asks_holds_no_more_than_a_request_line_may(name: str) -> None:
    language = module_of(name).LANGUAGES[0]
    end = ENDS.get(language, "# %%%%%%")
    longest = questions(name)[0].text.ljust(16 * 1024 - len(end) - 2) + end

    with served(WORKING[name]) as url:
        answer = backend_at(name, url).ask(
            dataclasses.replace(questions(name)[0], text=longest)
        )

    assert answer.sent == longest


@pytest.mark.parametrize("name", HTTP)
@pytest.mark.parametrize("text", [" " * 17_000, "\0", "a\ud800"], ids=ascii)
def test_what_no_server_takes_is_refused_before_it_is_asked(
    name: str, text: str
) -> None:
    asked: list[Request] = []

    def note(request: Request) -> Reply:
        asked.append(request)
        return WORKING[name](request)

    with served(note) as url:
        ask = questions(name)[0]
        with pytest.raises(QueryRejectedError, match=name):
            backend_at(name, url).ask(dataclasses.replace(ask, text=ask.text + text))

    assert asked == []


def test_to_know_the_backends_imports_none() -> None:
    program = (
        "import sys; from runbookkit.discovery import members;"
        f"members('{FAMILY}');"
        f"print([each for each in sys.modules if each.startswith('{FAMILY}.')])"
    )

    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert said.stdout.strip() == "[]"

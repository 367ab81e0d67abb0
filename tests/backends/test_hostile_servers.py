"""No server can hold a backend longer, or cost it more, than the step allows."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from datetime import timedelta

import pytest

from backends.asks import HTTP, backend_at, questions
from doubles.hostile import BROKEN, ENDLESS, LARGE, hostile, refused
from doubles.served import Reply, Request, served
from runbookkit.clock import SystemClock
from runbookkit.errors import (
    AnswerTooLargeError,
    BackendError,
    BackendTimeoutError,
    BackendUnavailableError,
    QueryRejectedError,
)
from runbookkit.model.answer import Ask
from runbookkit.ports import Backend

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
CASES = [(name, ask) for name in HTTP for ask in questions(name)]
SHORT = timedelta(milliseconds=500)
MOST_BYTES = 64 * 1024 * 1024


def ask_id(value: object) -> str | None:
    if isinstance(value, Ask):
        return f"{value.text}{' over time' if value.window else ''}"
    return None


def failure(backend: Backend, ask: Ask) -> BackendError:
    """Return the error that a question must end in."""
    with pytest.raises(BackendError) as caught:
        backend.ask(ask)
    return caught.value


@pytest.mark.parametrize("behaviour", ENDLESS)
@pytest.mark.parametrize("name", HTTP)
def test_a_server_that_never_ends_costs_the_time_out(name: str, behaviour: str) -> None:
    ask = replace(questions(name)[0], timeout=SHORT)
    with hostile(ENDLESS[behaviour]) as url:
        error = failure(backend_at(name, url, clock=SystemClock()), ask)

    assert isinstance(error, BackendTimeoutError)
    assert str(error).startswith(f"{name}: {url}")
    assert "took more than 0.5 s" in str(error)


@pytest.mark.parametrize("behaviour", LARGE)
@pytest.mark.parametrize("name", HTTP)
def test_a_server_that_sends_too_much_is_cut_off(name: str, behaviour: str) -> None:
    with hostile(LARGE[behaviour]) as url:
        backend = backend_at(name, url)
        tracemalloc.start()
        error = failure(backend, questions(name)[0])
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert isinstance(error, (AnswerTooLargeError, BackendUnavailableError))
    assert str(error).startswith(f"{name}: {url}")
    assert peak < MOST_BYTES


@pytest.mark.parametrize("behaviour", BROKEN)
@pytest.mark.parametrize(("name", "ask"), CASES, ids=ask_id)
def test_a_broken_server_is_an_error_that_names_it(
    name: str, ask: Ask, behaviour: str
) -> None:
    with hostile(BROKEN[behaviour]) as url:
        error = failure(backend_at(name, url), ask)

    assert isinstance(error, BackendUnavailableError)
    assert error.backend == name
    assert str(error).startswith(f"{name}: {url}")
    assert str(error).isprintable()


@pytest.mark.parametrize("name", HTTP)
def test_a_server_that_is_not_there_is_an_error_that_names_it(name: str) -> None:
    url = refused()

    error = failure(backend_at(name, url), questions(name)[0])

    assert isinstance(error, BackendUnavailableError)
    assert error.retryable
    assert str(error).startswith(f"{name}: {url}")


@pytest.mark.parametrize("name", HTTP)
def test_a_redirect_is_named_and_not_followed(name: str) -> None:
    reached: list[Request] = []

    def elsewhere(request: Request) -> Reply:
        reached.append(request)
        return Reply({"status": "success"})

    with served(elsewhere) as other:
        moved = Reply("", 302, {"location": f"{other}/login?next=secret"})
        with served(lambda _: moved) as url:
            backend = backend_at(name, url, bearer="s3cret-token")
            error = failure(backend, questions(name)[0])

    assert not reached
    assert f"leads to {other}/login;" in str(error)


@pytest.mark.parametrize("name", HTTP)
def test_neither_password_nor_token_is_in_a_message(name: str) -> None:
    url = refused().replace("//", "//me:pa55word@")

    error = failure(backend_at(name, url, bearer="s3cret-token"), questions(name)[0])

    assert "pa55word" not in str(error)
    assert "s3cret" not in str(error)


@pytest.mark.parametrize("name", HTTP)
@pytest.mark.parametrize("text", ["", "  ", "up\ud800", "a\0b", "x" * 20_000])
def test_what_cannot_be_a_query_is_not_sent(name: str, text: str) -> None:
    asked: list[Request] = []

    def note(request: Request) -> Reply:
        asked.append(request)
        return Reply({})

    with served(note) as url:
        error = failure(backend_at(name, url), replace(questions(name)[0], text=text))

    assert isinstance(error, QueryRejectedError)
    assert not asked

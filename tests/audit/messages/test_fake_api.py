"""The fake server refuses what the real one refuses, or tests against it prove nothing."""

from __future__ import annotations

import copy
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from audit.messages.modelled import ANSWERED, OPTIONS, RUN, VIEW
from doubles.messages.api import MODEL, Messages
from doubles.messages.replies import Reply, calls, text, thinking
from doubles.messages.server import messages_api
from runbookkit.audit.calls import tool_definitions
from runbookkit.audit.players.messages.client import failures, opened
from runbookkit.audit.players.messages.request import body_of
from runbookkit.errors import PlayerError

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
KEY_NAME = "ANTHROPIC_API_KEY"
HEADERS = {"x-api-key": "k", "anthropic-version": "2023-06-01"}
GOOD = body_of(VIEW, (ANSWERED,), tool_definitions(), OPTIONS)
Change = Callable[[Any], Any]


def ask(
    server: Messages, path: str, body: Any, headers: dict[str, str] = HEADERS
) -> tuple[int, Any]:
    """Return the status and the body that a request brings."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(f"{server.url}{path}", data, headers)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def refusal(change: Change, path: str = "/v1/messages") -> str:
    body = copy.deepcopy(GOOD)
    change(body)
    with messages_api(lambda *_: Reply([text("hello")])) as server:
        status, said = ask(server, path, body)
    assert status == 400
    return str(said["error"]["message"])


def assistant(body: Any) -> Any:
    return body["messages"][1]["content"]


def result(body: Any) -> Any:
    return body["messages"][2]["content"]


BAD: dict[str, tuple[Change, str]] = {
    "no model": (lambda b: b.pop("model"), "model: Field required"),
    "no bound": (lambda b: b.pop("max_tokens"), "max_tokens: Field required"),
    "no messages": (lambda b: b.pop("messages"), "messages: Field required"),
    "empty messages": (lambda b: b.update(messages=[]), "at least one message"),
    "a bound of nothing": (lambda b: b.update(max_tokens=0), "max_tokens"),
    "a temperature": (lambda b: b.update(temperature=1.0), "Extra inputs"),
    "top_p": (lambda b: b.update(top_p=1.0), "Extra inputs"),
    "an unknown field": (lambda b: b.update(seed=1), "seed: Extra inputs"),
    "a budget for thinking": (
        lambda b: b.update(thinking={"type": "enabled", "budget_tokens": 2000}),
        "use adaptive",
    ),
    "an unknown effort": (
        lambda b: b.update(output_config={"effort": "huge"}),
        "effort",
    ),
    "a forced tool": (
        lambda b: b.update(tool_choice={"type": "any"}),
        "forced tool use",
    ),
    "a choice of no tool": (
        lambda b: b.update(tool_choice={"type": "tool", "name": "rm"}),
        "not found",
    ),
    "a choice without tools": (lambda b: b.update(tools=[]), "while providing tools"),
    "two tools of a name": (lambda b: b["tools"].append(b["tools"][0]), "unique"),
    "a tool's name with a space": (lambda b: b["tools"][0].update(name="a b"), "name"),
    "an open strict tool": (
        lambda b: b["tools"][0]["input_schema"].pop("additionalProperties"),
        "additionalProperties",
    ),
    "a bound in a strict tool": (
        lambda b: b["tools"][0]["input_schema"]["properties"].update(
            n={"type": "integer", "minimum": 1}
        ),
        "strict mode",
    ),
    "a call without result": (lambda b: b["messages"].pop(), "prefill"),
    "a result for no call": (
        lambda b: result(b)[0].update(tool_use_id="other"),
        "`tool_use` ids were found without",
    ),
    "a result too many": (
        lambda b: result(b).append({**result(b)[0], "tool_use_id": "other"}),
        "unexpected `tool_use_id`",
    ),
    "a result twice": (lambda b: result(b).append(result(b)[0]), "single result"),
    "a result after text": (
        lambda b: result(b).insert(0, {"type": "text", "text": "so"}),
        "come first",
    ),
    "a call of no tool": (lambda b: assistant(b)[0].update(name="rm"), "not declared"),
    "a call's id twice": (
        lambda b: assistant(b).append(assistant(b)[0]),
        "unique",
    ),
    "a call of a list": (lambda b: assistant(b)[0].update(input=[]), "dictionary"),
    "an id with a space": (
        lambda b: (
            assistant(b)[0].update(id="a b"),
            result(b)[0].update(tool_use_id="a b"),
        ),
        "should match pattern",
    ),
    "empty text": (
        lambda b: assistant(b).insert(0, {"type": "text", "text": " "}),
        "must be non-empty",
    ),
    "an empty turn": (lambda b: b["messages"][0].update(content=[]), "not be empty"),
    "one role twice": (
        lambda b: b["messages"].insert(0, {"role": "user", "content": "Hi"}),
        "alternate",
    ),
    "a model that begins": (lambda b: b["messages"].pop(0), "first message"),
    "a call by the user": (
        lambda b: b["messages"][0]["content"].append(assistant(b)[0]),
        "cannot be in user",
    ),
    "a citation by the user": (
        lambda b: b["messages"][0]["content"][0].update(citations=[{}]),
        "citations",
    ),
    "five marks": (
        lambda b: [t.update(cache_control={"type": "ephemeral"}) for t in b["tools"]],
        "maximum of 4",
    ),
    "thinking that nobody signed": (
        lambda b: assistant(b).insert(0, dict(thinking("made up"))),
        "cannot be modified",
    ),
}


@pytest.mark.parametrize(("change", "said"), BAD.values(), ids=BAD.keys())
def test_a_malformed_request_is_refused(change: Change, said: str) -> None:
    assert said in refusal(change)


def test_a_count_takes_no_bound_of_output() -> None:
    path = "/v1/messages/count_tokens"

    assert "Extra inputs" in refusal(lambda _: None, path)
    assert "first message" in refusal(
        lambda b: (b.pop("max_tokens"), b["messages"].pop(0)), path
    )


@pytest.mark.parametrize("change", ["modified", "dropped"])
def test_signed_thinking_must_come_back_as_it_was(change: str) -> None:
    signed = calls("run", RUN, "toolu_1", thinking("signature"))
    body = copy.deepcopy(GOOD)
    with messages_api(lambda *_: signed) as server:
        _, said = ask(
            server, "/v1/messages", {**body, "messages": body["messages"][:1]}
        )
        content = said["content"]
        if change == "modified":
            content[0]["signature"] = "another"
        else:
            content.pop(0)
        body["messages"][1]["content"] = content
        body["messages"][2]["content"][0]["tool_use_id"] = "toolu_1"
        status, refused = ask(server, "/v1/messages", body)

    assert (status, "cannot be modified" in refused["error"]["message"]) == (400, True)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"anthropic-version": "2023-06-01"}, 401),
        ({"x-api-key": "k"}, 400),
        ({"x-api-key": "k", "anthropic-version": "2020-01-01"}, 400),
        ({"authorization": "Bearer k", "anthropic-version": "2026-10-21"}, 200),
    ],
    ids=["no key", "no version", "an unknown version", "all"],
)
def test_headers_must_name_key_and_version(
    headers: dict[str, str], status: int
) -> None:
    with messages_api(lambda *_: Reply([text("hello")])) as server:
        assert ask(server, "/v1/messages", GOOD, headers)[0] == status


def test_a_body_that_is_no_json_is_refused() -> None:
    with messages_api(lambda *_: Reply()) as server:
        assert ask(server, "/v1/messages", b"{")[0] == 400


def test_an_unknown_model_is_not_found() -> None:
    with messages_api(lambda *_: Reply()) as server:
        status, said = ask(server, "/v1/messages", {**GOOD, "model": "nobody"})

    assert (status, said["error"]["type"]) == (404, "not_found_error")


@pytest.mark.parametrize(
    ("requests", "said"),
    [
        ([], "at least one"),
        ([{"custom_id": "a b", "params": GOOD}], "custom_id 'a b'"),
        ([{"custom_id": "a", "params": GOOD}] * 2, "unique"),
        ([{"custom_id": "a", "params": {**GOOD, "stream": True}}], "stream"),
    ],
    ids=["empty", "a bad id", "an id twice", "a stream"],
)
def test_a_malformed_batch_is_refused(requests: list[Any], said: str) -> None:
    with messages_api(lambda *_: Reply()) as server:
        status, told = ask(server, "/v1/messages/batches", {"requests": requests})

    assert (status, said in told["error"]["message"]) == (400, True)


def test_the_lifecycle_of_a_model_can_be_asked() -> None:
    with messages_api(lambda *_: Reply()) as server:
        client = opened(replace(OPTIONS, base_url=server.url), {KEY_NAME: "k"})
        try:
            known = client.models.retrieve(MODEL)
            with pytest.raises(PlayerError, match="not found"), failures("anthropic"):
                client.models.retrieve("nobody")
        finally:
            client.close()

    assert (known.lifecycle, known.max_input_tokens) == ("active", 200_000)

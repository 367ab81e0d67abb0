"""``runbook audit --mode desk``: one request a runbook, in a batch; advice only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.command import CLEAN, Done
from cli.modelled import House, house
from doubles.messages.api import MODEL
from doubles.messages.replies import OVERLOADED, REFUSED, Reply, Request, Said, text

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
TRUE = {
    "question": "know",
    "line": 20,
    "quote": "Customers cannot pay.",
    "missing": "how many of them\x1b[31m",
}
FALSE = {**TRUE, "line": 21}


def says(*findings: Any) -> Reply:
    return Reply([text(json.dumps({"findings": findings}))])


def desk(here: House, *more: str, **variables: str) -> Done:
    return here.place.run(
        "audit", "--model", MODEL, "--mode", "desk", *more, **variables
    )


def test_a_true_quote_is_a_remark_and_a_false_one_is_counted(tmp_path: Path) -> None:
    with house(tmp_path, lambda *_: says(TRUE, FALSE)) as here:
        done = desk(here, "a.md")

    assert done.code == 0
    assert "a.md:20: know: how many of them" in done.out
    assert "a.md: 1 finding quoted falsely" in done.out
    assert "\x1b" not in done.out


def test_a_handbook_is_read_in_one_batch_and_its_answers_in_any_order(
    tmp_path: Path,
) -> None:
    def script(request: Request, _: int) -> Said:
        shown = request["messages"][0]["content"]
        return says(TRUE) if "Customers cannot pay." in shown else says()

    with house(tmp_path, script) as here:
        here.place.write("b.md", CLEAN.replace("Customers cannot pay.", "Shut."))
        done = desk(here, "a.md", "b.md", "-o", "json")
        handed_in = [each for each in here.server.received if each.method == "POST"]

    found = {each["path"]: len(each["findings"]) for each in done.data["runbooks"]}
    assert found == {"a.md": 1, "b.md": 0}
    assert [each.path for each in handed_in] == ["/v1/messages/batches"]


def test_what_was_read_is_not_read_again(tmp_path: Path) -> None:
    with house(tmp_path, lambda *_: says(TRUE)) as here:
        first = desk(here, "a.md", "-o", "json")
        asked = len(here.server.received)
        again = desk(here, "a.md", "-o", "json", "--offline", ANTHROPIC_API_KEY="")

    assert len(here.server.received) == asked
    assert again.data["runbooks"] == first.data["runbooks"]


def test_the_answers_of_a_batch_can_be_taken_later(tmp_path: Path) -> None:
    with house(tmp_path, lambda *_: says(TRUE)) as here:
        first = desk(here, "a.md")
        batch = first.err.split()[2].rstrip(":")
        again = desk(here, "a.md", "--batch", batch, RUNBOOK_CACHE_DIR="elsewhere")
        made = [e for e in here.server.received if e.path == "/v1/messages/batches"]

    assert "a.md:20: know" in again.out
    assert len(made) == 1


@pytest.mark.parametrize(
    "said",
    [
        REFUSED,
        OVERLOADED,
        Reply([text('{"findings": [')], "max_tokens"),
        Reply([text("All is well.")]),
        Reply([text('{"findings": [{"line": "all"}]}')]),
        Reply([]),
    ],
    ids=["refused", "expired", "truncated", "words", "another shape", "nothing"],
)
def test_an_answer_that_is_none_could_not_be_checked(
    tmp_path: Path, said: Said
) -> None:
    with house(tmp_path, lambda *_: said) as here:
        done = desk(here, "a.md", "-o", "json")

    (found,) = done.data["runbooks"]
    assert (done.code, found["findings"], bool(found["error"])) == (3, [], True)


def test_a_secret_is_not_handed_in(tmp_path: Path) -> None:
    page = CLEAN.replace("Customers cannot pay.", "password: Tr4vel9kQz")
    with house(tmp_path, lambda *_: says(), page) as here:
        done = desk(here, "a.md")

    assert (done.code, len(here.server.received)) == (2, 0)


def test_a_batch_that_the_budget_does_not_cover_is_not_handed_in(
    tmp_path: Path,
) -> None:
    with house(tmp_path, lambda *_: says()) as here:
        done = desk(here, "a.md", "--max-tokens", "100")

    assert (done.code, len(here.server.received)) == (3, 0)

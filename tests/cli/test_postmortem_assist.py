"""``runbook postmortem draft --assist`` against a server that plays a model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.command import Done
from cli.modelled import house
from cli.test_postmortem import place_in
from doubles.messages.api import MODEL
from doubles.messages.replies import OVERLOADED, Script, calls

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
WROTE = {
    "sentences": [
        {"text": "The shop failed and somebody answered.", "cites": ["e1"]},
        {"text": "It was caused by 3 cats.", "cites": ["e1"]},
    ]
}


def drafted(folder: Path, script: Script) -> tuple[Done, list[object]]:
    place_in(folder)
    with house(folder, script) as here:
        line = ("postmortem", "draft", "1", "--into", "pm", "--print", "--assist")
        done = here.place.run(*line, "--model", MODEL, XDG_STATE_HOME="")
        return done, list(here.server.asked)


def test_sentences_that_are_proven_are_taken_and_others_told(tmp_path: Path) -> None:
    done, asked = drafted(tmp_path, lambda *_: calls("write_summary", WROTE, "toolu_1"))

    assert done.code == 0, done.err
    assert "The shop failed and somebody answered. (e1)" in done.out
    assert "cats" not in done.out
    assert "it holds a number of its own: 'It was caused by 3 cats.'" in done.err
    assert "Okafor" not in json.dumps(asked)


def test_without_an_answer_nothing_is_written(tmp_path: Path) -> None:
    done, _ = drafted(tmp_path, lambda *_: OVERLOADED)

    assert done.code == 3
    assert not list(tmp_path.glob("pm/*.md"))


def test_without_a_model_it_says_what_to_set(tmp_path: Path) -> None:
    done = place_in(tmp_path).run("postmortem", "draft", "1", "--assist")

    assert done.code == 2
    assert "no model is configured" in done.err

"""A play that was made is not made again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from runbookkit.audit.kept import KeptPlays
from runbookkit.model.audit import (
    Exchange,
    PlayKey,
    ToolAnswer,
    ToolCall,
    Transcript,
    Turn,
    Usage,
    View,
)

KEY = PlayKey("text", "scenario", "model (high)", "prompt", 2)
TURN = Turn(
    (ToolCall("c", "run", {"a": [1, None]}),), "tool use", "So.", Usage(1, 2, 3)
)
PLAY = Transcript(
    KEY,
    "a.md",
    "one",
    View("s", "r", "a", "canary"),
    (Exchange(replace(TURN, opaque=({"type": "thinking"},)), (ToolAnswer("c", "ü"),)),),
)


def test_a_kept_play_comes_back_as_it_was(tmp_path: Path) -> None:
    KeptPlays(tmp_path).put(PLAY)

    assert KeptPlays(tmp_path).get(KEY) == PLAY


@pytest.mark.parametrize(
    "other",
    [
        replace(KEY, runbook="other"),
        replace(KEY, scenario="other"),
        replace(KEY, player="other"),
        replace(KEY, prompt="other"),
        replace(KEY, repetition=3),
    ],
    ids=["runbook", "scenario", "player", "prompt", "repetition"],
)
def test_what_a_play_depends_on_makes_another(tmp_path: Path, other: PlayKey) -> None:
    kept = KeptPlays(tmp_path)
    kept.put(PLAY)

    assert kept.get(other) is None


def test_a_play_that_broke_off_is_not_kept(tmp_path: Path) -> None:
    kept = KeptPlays(tmp_path)

    kept.put(replace(PLAY, error="overloaded"))

    assert kept.get(KEY) is None


@pytest.mark.parametrize(
    "harm",
    [
        lambda data: data[:-40],
        lambda data: data.replace(b"So.", b"No."),
        lambda _: b"",
        lambda _: b"\xff\xfe",
        lambda data: data.replace(b"canary", b"canar\xff"),
    ],
    ids=["cut off", "changed", "empty", "no text", "half a letter"],
)
def test_what_is_damaged_counts_as_absent(
    tmp_path: Path, harm: Callable[[bytes], bytes]
) -> None:
    kept = KeptPlays(tmp_path)
    kept.put(PLAY)
    (file,) = tmp_path.rglob("*.jsonl")
    file.write_bytes(harm(file.read_bytes()))

    assert kept.get(KEY) is None


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("")
    kept = KeptPlays(place)

    kept.put(PLAY)

    assert kept.get(KEY) is None

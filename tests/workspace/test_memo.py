from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from runbookkit.workspace.memo import (
    Answer,
    Ledger,
    cache_folder,
    content_hash,
    question,
    recall,
    remember,
)
from runbookkit.workspace.walk import walk

ANSWER = Answer(b"findings\n", b"1 warning\n", 1)
KEY = b"k" * 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "a.md").write_text("# A", encoding="utf-8")
    (tmp_path / "config").write_text("", encoding="utf-8")
    return tmp_path


def keep(folder: Path) -> Path:
    ledger = Ledger((str(folder / "work"),), ())
    for path in walk((str(folder / "work"),)):
        ledger.walked(path, content_hash(Path(path).read_bytes()))
    ledger.read(str(folder / "config"), content_hash(b""))
    ledger.looked(str(folder / "linked.md"), there=False)
    remember(str(folder / "cache"), KEY, ledger, ANSWER)
    return folder / "cache" / "answers" / KEY.hex()


def test_an_answer_is_repeated_while_nothing_changes(folder: Path) -> None:
    keep(folder)

    assert recall(str(folder / "cache"), KEY) == ANSWER


def rewrite(folder: Path) -> None:
    (folder / "work" / "a.md").write_text("# B", encoding="utf-8")


def add(folder: Path) -> None:
    (folder / "work" / "b.md").write_text("", encoding="utf-8")


def remove(folder: Path) -> None:
    (folder / "work" / "a.md").unlink()


def configure(folder: Path) -> None:
    (folder / "config").write_text("x", encoding="utf-8")


def appear(folder: Path) -> None:
    (folder / "linked.md").write_text("", encoding="utf-8")


@pytest.mark.parametrize("change", [rewrite, add, remove, configure, appear])
def test_an_answer_is_forgotten_when_what_it_depends_on_changes(
    folder: Path, change: Callable[[Path], None]
) -> None:
    keep(folder)

    change(folder)

    assert recall(str(folder / "cache"), KEY) is None


@given(st.binary(max_size=40), st.integers(0, 400))
def test_a_damaged_answer_is_no_answer(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes, at: int
) -> None:
    folder = tmp_path_factory.mktemp("memo")
    (folder / "work").mkdir()
    (folder / "config").touch()
    file = keep(folder)
    whole = file.read_bytes()
    broken = whole[:at] + junk + whole[at + len(junk) :]
    file.write_bytes(broken)

    answer = recall(str(folder / "cache"), KEY)

    assert answer is None or (answer == ANSWER and _same_meaning(whole, broken))


def _same_meaning(whole: bytes, broken: bytes) -> bool:
    head, _, body = broken.partition(b"\n")
    first, _, rest = whole.partition(b"\n")
    return body == rest and json.loads(head) == json.loads(first)


def test_a_question_depends_on_where_when_and_how_it_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = question(["lint"], {}, terminal=False)

    assert question(["lint"], {}, terminal=True) != plain
    assert question(["lint"], {"NO_COLOR": "1"}, terminal=False) != plain
    assert question(["lint"], {"HOME": "/x"}, terminal=False) == plain
    monkeypatch.chdir(tmp_path)
    assert question(["lint"], {}, terminal=False) != plain


def test_only_the_newest_answers_are_kept(folder: Path) -> None:
    ledger = Ledger((), ())
    for number in range(80):
        key = number.to_bytes(20, "big")
        remember(str(folder / "cache"), key, ledger, ANSWER)

    assert len(list((folder / "cache" / "answers").iterdir())) == 64


def test_a_cache_that_cannot_be_written_is_no_error(folder: Path) -> None:
    remember(str(folder / "config" / "below-a-file"), KEY, Ledger((), ()), ANSWER)

    assert recall(str(folder / "config" / "below-a-file"), KEY) is None


def test_the_cache_folder_can_be_chosen() -> None:
    assert cache_folder({"RUNBOOK_CACHE_DIR": "/tmp/x"}) == "/tmp/x"

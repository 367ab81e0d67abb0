from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from runbookkit.workspace.cache import ResultCache


def test_a_text_is_kept_by_path_and_key(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path / "sub" / "results.sqlite")
    cache.put("a.md", b"1", "text")
    cache.save()

    again = ResultCache(tmp_path / "sub" / "results.sqlite")

    assert again.get("a.md", b"1") == "text"
    assert again.get("a.md", b"2") is None
    assert again.get("b.md", b"1") is None


def test_a_later_text_replaces_an_earlier_one(tmp_path: Path) -> None:
    for key in (b"1", b"2"):
        cache = ResultCache(tmp_path / "results.sqlite")
        cache.put("a.md", key, key.decode())
        cache.save()

    cache = ResultCache(tmp_path / "results.sqlite")

    assert cache.get("a.md", b"1") is None
    assert cache.get("a.md", b"2") == "2"


@given(data=st.data())
def test_a_corrupt_file_never_gives_a_wrong_text(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("cache")
    file = folder / "results.sqlite"
    cache = ResultCache(file)
    cache.put("a.md", b"1", "text" * 50)
    cache.save()
    content = bytearray(file.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at : at + 64] = data.draw(st.binary(min_size=1, max_size=64))
    file.write_bytes(content)

    broken = ResultCache(file)

    assert broken.get("a.md", b"1") in {None, "text" * 50}
    broken.put("b.md", b"1", "new")
    broken.save()


def test_a_file_that_is_no_database_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "results.sqlite"
    file.write_text("not a database, but long enough to be read as one" * 9)

    cache = ResultCache(file)
    cache.put("a.md", b"1", "text")
    cache.save()

    assert ResultCache(file).get("a.md", b"1") == "text"


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    cache = ResultCache(tmp_path / "file" / "results.sqlite")
    cache.put("a.md", b"1", "text")
    cache.save()

    assert cache.get("a.md", b"1") is None

"""Which texts were audited is kept, and said by the linter and on the pages."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import jsonschema
import pytest

from cli.command import CLEAN, Place
from runbookkit.app.audit_record import audited_words
from runbookkit.app.audited import audit_book, with_audits, write_audits
from runbookkit.cli.schemas import schemas
from runbookkit.model.audited import Audited
from runbookkit.settings import Loaded, load

CONFIG = '[audit]\nrecord = "audits.json"\n'


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path)
    found.write("runbook.toml", CONFIG)
    found.write("books/a.md", CLEAN)
    return found


def loaded(place: Place) -> Loaded:
    return load(place.folder, {})


def test_an_audit_is_kept_with_player_verdict_and_day(place: Place) -> None:
    done = place.run("audit", "books", "--record")

    kept = json.loads(place.read("audits.json"))
    (entry,) = kept["audits"]["books/a.md"]
    assert done.code == 0
    assert (entry["player"], entry["verdict"]) == ("literal", "executable")
    assert entry["on"] == f"{datetime.now(UTC):%Y-%m-%d}"
    jsonschema.validate(kept, json.loads(schemas()["audits.json"]))


def test_an_audit_without_record_keeps_nothing(place: Place) -> None:
    place.run("audit", "books")

    assert not (place.folder / "audits.json").exists()


def test_what_could_not_be_judged_is_not_kept(place: Place) -> None:
    place.run("audit", "books", "--record", "--player", "lazy")

    assert json.loads(place.read("audits.json"))["audits"] == {}


def test_without_a_file_in_the_settings_there_is_nothing_to_write(
    place: Place,
) -> None:
    place.write("runbook.toml", "")

    done = place.run("audit", "books", "--record")

    assert done.code == 2
    assert "add `record` under [audit]" in done.err


def test_the_linter_names_what_is_not_audited_and_fails_nothing(place: Place) -> None:
    before = place.run("lint", "books")
    place.run("audit", "books", "--record")
    after = place.run("lint", "books")
    place.write("books/a.md", CLEAN.replace("## Impact\n\n", "## Impact\n\nSo: "))
    changed = place.run("lint", "books")

    assert [each.code for each in (before, after, changed)] == [0, 0, 0]
    assert "books/a.md: info: was never audited" in before.err
    assert after.err == ""
    assert "books/a.md: info: has changed since its audit on 20" in changed.err


def test_a_new_audit_is_noticed_though_no_runbook_changed(place: Place) -> None:
    first = place.start("lint", "books")
    place.run("audit", "books", "--record")

    again = place.start("lint", "books")

    assert "was never audited" in first.err
    assert again.err == ""


def test_a_handbook_that_keeps_no_audits_hears_nothing(place: Place) -> None:
    place.write("runbook.toml", "")

    assert place.run("lint", "books").err == ""


def test_a_file_that_is_no_record_is_refused(place: Place) -> None:
    place.write("audits.json", '{"audits": []}')

    done = place.run("lint", "books")

    assert done.code == 2
    assert "audits.json: is no audits/v1 file" in done.err


def test_each_player_has_its_last_word_and_what_is_gone_is_forgotten(
    place: Place,
) -> None:
    old = Audited("sha256:0", "literal", "gaps", date(2026, 1, 1))
    new = Audited("sha256:1", "literal", "executable", date(2026, 2, 1))
    other = Audited("sha256:1", "m (high)", "executable", date(2026, 2, 1))
    book = audit_book(loaded(place))
    assert book is not None
    path, gone = str(place.folder / "books/a.md"), str(place.folder / "gone.md")
    write_audits(book, with_audits(book, [(path, old), (gone, old), (path, other)]))

    book = audit_book(loaded(place))
    assert book is not None
    made = with_audits(book, [(path, new)])

    assert made == {"books/a.md": (new, other)}


def test_a_page_says_whether_its_runbook_was_audited_as_it_is(place: Place) -> None:
    place.run("audit", "books", "--record")
    address = "https://handbook.test/books/a"

    audited = audited_words(address, loaded(place))
    place.write("books/a.md", CLEAN + "\nMore.\n")
    changed = audited_words(address, loaded(place))

    assert audited.startswith("audited at this text on 20")
    assert audited.endswith(": executable (literal)")
    assert changed.startswith("not audited at this text; last on 20")


@pytest.mark.parametrize("address", ["", "https://handbook.test/other", "{{ x }}"])
def test_a_page_says_nothing_of_what_it_does_not_know(
    place: Place, address: str
) -> None:
    place.run("audit", "books", "--record")

    assert audited_words(address, loaded(place)) == ""


def test_a_broken_record_does_not_take_a_page_away(place: Place) -> None:
    place.write("audits.json", "{")

    assert audited_words("https://handbook.test/books/a", loaded(place)) == ""

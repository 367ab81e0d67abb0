from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.command import Place
from houses import House
from runbookkit.model.event import NewEvent
from server.whole import EYE, NOON, fired, server

REVIEWED = "status: reviewed"


def place_in(folder: Path) -> Place:
    place = Place(folder)
    place.write("runbook.toml", 'state = "state"\n')
    (folder / "state").mkdir()
    house = House(folder / "state")
    number = house.alert(0)
    house.command("acknowledge", number, 3)
    house.alert(25, "resolved")
    house.store.close()
    return place


def test_a_draft_is_written_and_brought_up_to_date(tmp_path: Path) -> None:
    place = place_in(tmp_path)

    first = place.run("postmortem", "draft", "INC-1", "--into", "pm")
    again = place.run("postmortem", "draft", "1", "--into", "pm", "--print")

    (file,) = (tmp_path / "pm").glob("*.md")
    assert (first.code, again.code) == (0, 0)
    assert f"drafted: pm/{file.name}" in first.err
    assert f"brought up to date: pm/{file.name}" in again.err
    assert again.out == file.read_text()


def test_an_incident_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    done = place_in(tmp_path).run("postmortem", "draft", "INC-9")

    assert done.code == 2
    assert "there is no incident 9 in state/log.sqlite; `runbook incident" in done.err


def test_what_is_no_name_of_an_incident_is_a_wrong_call(tmp_path: Path) -> None:
    done = place_in(tmp_path).run("postmortem", "draft", "../x")

    assert done.code == 2
    assert "write 12 or INC-12" in done.err


def test_the_archive_leaves_drafts_out(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    place.run("postmortem", "draft", "INC-1", "--into", "pm")

    done = place.run("postmortem", "archive", "pm")

    assert "left out, as it is a draft: pm/" in done.err
    assert "No postmortem has left its draft." in place.read("pm/archive/index.html")


def test_the_archive_shows_text_and_no_markup_of_others(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    place.run("postmortem", "draft", "INC-1", "--into", "pm")
    (file,) = (tmp_path / "pm").glob("*.md")
    evil = "<script>alert(1)</script> [x](javascript:alert(1))"
    text = file.read_text().replace("status: draft", REVIEWED)
    file.write_text(text.replace("## Lessons\n", f"## Lessons\n\n{evil}\n"))

    done = place.run("postmortem", "archive", "pm")

    page = place.read(f"pm/archive/{file.stem}.html")
    assert done.code == 0
    assert "<script" not in page
    assert 'href="javascript' not in page
    assert "generated:" not in page
    assert f'href="{file.stem}.html"' in place.read("pm/archive/index.html")


def test_a_review_is_named_after_its_week(tmp_path: Path) -> None:
    done = place_in(tmp_path).run("review", "--into", "weekly")

    (file,) = (tmp_path / "weekly").iterdir()
    assert done.out == f"weekly/{file.name}\n"
    assert file.read_text().startswith(f"# Alert review, week {file.stem}\n")


def test_a_review_as_json_writes_nothing(tmp_path: Path) -> None:
    done = place_in(tmp_path).run("review", "--json", "--into", "weekly")

    assert done.data["numbers"]["pages"] == 0
    assert not (tmp_path / "weekly").exists()


@pytest.mark.parametrize("how", [(), ("--print",), ("--json",)])
def test_a_store_without_incidents_is_not_reviewed(
    tmp_path: Path, how: tuple[str, ...]
) -> None:
    place = Place(tmp_path)
    place.write("runbook.toml", 'state = "state"\n')
    (tmp_path / "state").mkdir()

    done = place.run("review", "--into", "weekly", *how)

    assert (done.code, done.out) == (3, "")
    assert "state/log.sqlite: no incident was ever kept here" in done.err
    assert "RUNBOOK_SERVER" in done.err
    assert not (tmp_path / "weekly").exists()


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_draft_and_a_review_need_a_token_and_no_database(tmp_path: Path) -> None:
    with server(tmp_path / "server", now=lambda: datetime.now(UTC)) as (site, desk):
        number = fired(site, team="shop")
        desk.store.append("deploy/checkout", 0, [deployed()])
        (tmp_path / "here").mkdir()
        place = Place(tmp_path / "here", {"RUNBOOK_TOKEN": EYE})
        where = ("--server", site.url)
        drafted = place.run("postmortem", "draft", str(number), "--print", *where)
        review = place.run("review", "--json", *where)
        lost = place.run("postmortem", "draft", "99", *where)
        stranger = place.run("review", *where, RUNBOOK_TOKEN="")

    assert drafted.code == 0, drafted.err
    assert "HighErrorRate" in drafted.out
    assert "1.2" in drafted.out
    assert review.data["numbers"]["alerts"] == 1
    assert (lost.code, "there is no incident 99" in lost.err) == (2, True)
    assert (stranger.code, "RUNBOOK_TOKEN" in stranger.err) == (3, True)
    assert not (tmp_path / "here" / "state").exists()


def deployed() -> NewEvent:
    data = {"service": "checkout", "revision": "1.2", "state": "finished"}
    return NewEvent("deploy finished", NOON - timedelta(minutes=10), data)

"""Incidents from the terminal: from the store here, and from a server elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.command import Place
from execute.books import FRONT, ways
from runbookkit.app.desk import Desk
from runbookkit.store.sqlite import SqliteStore
from server.sites import HOSTILE, opened
from server.whole import ADA, EYE, fired, server

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def stored(folder: Path, title: str = "Checkout is slow") -> Place:
    store = SqliteStore(folder / "log.sqlite", clock=lambda: datetime.now(UTC))
    opened(Desk(store, lambda: datetime.now(UTC)), title)
    store.close()
    return Place(folder, {"RUNBOOK_STORE": str(folder / "log.sqlite")})


def test_incidents_are_listed_shown_and_worked_on(tmp_path: Path) -> None:
    place = stored(tmp_path)

    listed = place.run("incident", "list")
    acknowledged = place.run("incident", "ack", "1", "--why", "looking")
    noted = place.run("incident", "note", "1", "rolled back")
    shown = place.run("incident", "show", "1")

    assert listed.out.startswith("#1  open  high")
    assert "acknowledged" in acknowledged.out
    assert noted.code == 0
    assert "acknowledged: looking" in shown.out
    assert "rolled back" in shown.out


def test_who_finds_no_incident_is_told_where_they_looked(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.write("runbook.toml", 'state = "state"\n')

    here = place.run("incident", "list")
    with server(tmp_path) as (site, _):
        there = place.run("incident", "list", "--server", site.url, RUNBOOK_TOKEN=EYE)

    assert (here.code, here.out) == (0, "no incidents\n")
    assert here.err == "looked in state/log.sqlite; --all shows those that are over\n"
    assert "looked in the log of 127.0.0.1" in there.err


def test_json_is_what_the_schemas_say(tmp_path: Path) -> None:
    place = stored(tmp_path)

    listed = place.run("incident", "list", "--json").data
    shown = place.run("incident", "show", "1", "--json").data
    done = place.run("incident", "mitigate", "1", "--json").data

    assert [each["id"] for each in listed["incidents"]] == [1]
    assert shown["timeline"][0]["kind"] == "incident opened"
    assert done["status"] == "mitigated"


def test_a_silence_is_asked_of_the_alertmanager_that_is_configured(
    tmp_path: Path,
) -> None:
    place = stored(tmp_path)
    asked = ("incident", "silence", "1", "--for", "2h", "--why", "deploying")

    without = place.run(*asked)
    (tmp_path / "runbook.toml").write_text(
        '[notifiers.alertmanager.endpoint]\nurl = "http://127.0.0.1:9"\n'
    )
    done = place.run(*asked)

    assert without.code == 2
    assert "configure notifiers.alertmanager" in without.err
    assert done.code == 0
    store = SqliteStore(tmp_path / "log.sqlite", clock=lambda: datetime.now(UTC))
    assert [job.kind for job in store.waiting() if job.queue == "alertmanager"] == [
        "silence"
    ]
    store.close()


def test_what_is_not_there_or_does_not_fit_is_a_wrong_call(tmp_path: Path) -> None:
    place = stored(tmp_path)

    assert place.run("incident", "show", "9").code == 2
    refused = place.run("incident", "resolve", "1")

    assert refused.code == 2
    assert "alerts fire" in refused.err


def test_nothing_from_outside_reaches_the_terminal_as_a_command(tmp_path: Path) -> None:
    place = stored(tmp_path, HOSTILE)

    for arguments in (("list",), ("show", "1"), ("show", "1", "--activity")):
        out = place.run("incident", *arguments).out
        assert "\x1b" not in out
        assert "⟨U+001B⟩" in out


def test_the_same_commands_work_through_a_server(tmp_path: Path) -> None:
    with server(tmp_path) as (site, desk):
        number = str(fired(site))
        place = Place(tmp_path, {"RUNBOOK_SERVER": site.url, "RUNBOOK_TOKEN": ADA})
        listed = place.run("incident", "list", "--json").data
        done = place.run("incident", "role", number, "commander", "grace")
        shown = place.run("incident", "show", number, RUNBOOK_TOKEN=EYE)
        row = desk.incident(int(number))

    assert [each["id"] for each in listed["incidents"]] == [int(number)]
    assert done.code == 0
    assert row.data["roles"] == {"commander": "grace"}
    assert "grace is commander  (ada · api)" in shown.out


def test_through_a_server_it_is_the_token_that_says_who_asks(tmp_path: Path) -> None:
    with server(tmp_path) as (site, desk):
        number = str(fired(site))
        place = Place(
            tmp_path,
            {"RUNBOOK_SERVER": site.url, "RUNBOOK_TOKEN": ADA, "LOGNAME": "root"},
        )
        for line in (
            ("role", number, "commander"),
            ("role", number, "scribe", "grace"),
            ("ack", number, "--why", "mine"),
            ("note", number, "looking"),
        ):
            assert place.run("incident", *line).code == 0
        roles = desk.incident(int(number)).data["roles"]
        actors = {e.actor for e in desk.view(int(number)).activity if e.source == "api"}
        place.run("incident", "role", number, "commander", "--nobody")
        left = desk.incident(int(number)).data["roles"]

    assert roles == {"commander": "ada", "scribe": "grace"}
    assert actors == {"ada"}
    assert left == {"scribe": "grace"}


def test_a_server_that_refuses_or_is_away_is_named(tmp_path: Path) -> None:
    with server(tmp_path) as (site, _):
        number = str(fired(site))
        place = Place(tmp_path)
        stranger = place.run("incident", "list", "--server", site.url)
        reader = place.run(
            "incident", "ack", number, "--server", site.url, RUNBOOK_TOKEN=EYE
        )
        lost = place.run(
            "incident", "show", "99", "--server", site.url, RUNBOOK_TOKEN=EYE
        )
    gone = place.run("incident", "list", "--server", site.url)
    wrong = place.run("incident", "list", "--server", "localhost")

    assert (stranger.code, reader.code, lost.code) == (3, 3, 2)
    assert "RUNBOOK_TOKEN" in stranger.err
    assert "may only read" in reader.err
    assert (gone.code, wrong.code) == (3, 2)


def test_a_run_elsewhere_is_kept_by_the_server_and_shown_on_its_incident(
    tmp_path: Path,
) -> None:
    step = (
        "### Look\n\n**In a shell**, within 9s:\n\n```bash\ntrue\n```\n\n"
        "**Reads only**\n\n**Expect:** `exit_code == 0`\n\n"
    )
    (tmp_path / "elsewhere").mkdir()

    with server(tmp_path) as (site, desk):
        number = str(fired(site))
        place = Place(tmp_path / "elsewhere", {"RUNBOOK_TOKEN": ADA})
        place.write("runbook.toml", 'state = "state"\n')
        place.write(
            "try.md",
            FRONT.format(inputs="") + step + ways(met="stop", not_met="escalate"),
        )
        run = ("run", "try.md", "--auto", "--incident", number)
        done = place.run(*run, "--server", site.url)
        runs = desk.store.streams("run")
        run_id = runs[0].removeprefix("run/")
        told = place.run("transcript", run_id, "--server", site.url)
        story = [each.text for each in desk.view(int(number)).timeline]

    assert done.code == 0, done.err
    assert len(runs) == 1
    assert (told.code, "Look" in told.out) == (0, True)
    assert f"run attached: run {runs[0].removeprefix('run/')} of try.md" in story
    assert not list((tmp_path / "elsewhere").rglob("*.sqlite"))


def test_a_run_here_is_shown_on_its_incident(tmp_path: Path) -> None:
    place = stored(tmp_path)
    step = (
        "### Look\n\n**In a shell**, within 9s:\n\n```bash\ntrue\n```\n\n"
        "**Reads only**\n\n**Expect:** `exit_code == 0`\n\n"
    )
    text = FRONT.format(inputs="") + step + ways(met="stop", not_met="escalate")
    place.write("try.md", text)

    done = place.run("run", "try.md", "--auto", "--incident", "INC-1")
    shown = place.run("incident", "show", "1").out

    assert done.code == 0, done.err
    assert "run attached: run " in shown

"""What somebody is told who calls a command wrongly: where, what, and what now."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cli.command import Place

LIST = "`runbook incident list --all` shows those that there are"
NOBODY = "http://127.0.0.1:9"
pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path)
    made.write("runbook.toml", 'state = "state"\n')
    return made


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("incident show 99", f"there is no incident 99 in state/log.sqlite; {LIST}"),
        ("incident ack INC-99", "there is no incident 99 in state/log.sqlite"),
        ("incident show abc", "'abc' is no incident; write 12 or INC-12"),
        (f"incident show {'9' * 30}", "is no incident; write 12 or INC-12"),
        (f"incident list --limit {'9' * 30}", "Must be <= 10000"),
        ("incident list --limit 0", "Must be >= 1"),
        ("incident list --store gone.sqlite", "there is no such file; `runbook serve"),
        ("incident list --server nohost", "--server: 'nohost' is no address; write"),
        ("incident list --server http://[::1", "is no address; write https://"),
        ("run --resume nope", "there is no run 'nope': no run is kept here"),
        ("transcript nope", "RUNBOOK_SERVER says where another one is kept"),
        ("run x.md --incident 99", "there is no incident 99 in state/log.sqlite"),
        ("run x.md --incident x", "'x' is no incident; write 12 or INC-12"),
        ("postmortem draft 99", "`runbook incident list --all` shows those"),
        ("postmortem archive gone", "gone: no such folder; name the one that holds"),
        ("postmortem archive . --into runbook.toml", "another folder with --into"),
        ("review --since banana", "'banana' is no window from 1s to 7d, such as 15m"),
        ("serve --listen banana", "'banana' is no address; write 127.0.0.1:8420"),
    ],
)
def test_a_wrong_call_says_what_now(place: Place, line: str, said: str) -> None:
    done = place.run(*line.split())

    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
    "line",
    [
        "incident list",
        "incident ack 1",
        "postmortem draft 1",
        "review",
        "run --resume a",
        "run x.md --incident 1",
    ],
)
def test_a_server_that_is_away_is_named_with_what_names_it(
    place: Place, line: str
) -> None:
    by_option = place.run(*line.split(), "--server", NOBODY)
    by_variable = place.run(*line.split(), RUNBOOK_SERVER=NOBODY)

    for done in (by_option, by_variable):
        assert (done.code, done.out) == (3, "")
        assert done.err.startswith(f"runbook: {NOBODY}/api/v1/")
        assert "--server, or else RUNBOOK_SERVER, is the address" in done.err


@pytest.mark.parametrize(
    "store", ["postgresql://127.0.0.1:9/x", "runbook.toml", "/proc/nothing/here"]
)
def test_a_store_that_cannot_be_opened_says_what_names_it(
    place: Place, store: str
) -> None:
    done = place.run("incident", "list", RUNBOOK_STORE=store)

    assert (done.code, done.out) == (3, "")
    assert "RUNBOOK_STORE, names it" in done.err


@pytest.mark.parametrize("content", [b"\xd0\xff", b"two\nlines", "schlüssel".encode()])
def test_a_token_that_is_none_is_refused_before_it_is_sent(
    place: Place, content: bytes
) -> None:
    place.write("token", content)

    done = place.run("incident", "list", "--server", NOBODY, RUNBOOK_TOKEN_FILE="token")

    assert done.code == 2
    assert "RUNBOOK_TOKEN_FILE: token: is no" in done.err


def test_a_backend_without_an_address_says_where_its_keys_are_described(
    place: Place,
) -> None:
    place.write("runbook.toml", '[backends.prometheus]\nurl = "http://p.test"\n')

    done = place.run("review")

    assert done.code == 2
    assert (
        "backends.prometheus.endpoint: field required; docs/configuration.md shows"
        in done.err
    )


@pytest.mark.parametrize(
    "line", ["config show", "incident list --json", "slo status slo.yaml"]
)
def test_whoever_stops_reading_ends_a_command_in_silence(
    place: Place, line: str
) -> None:
    command = f"{sys.executable} -m runbookkit {line} | true; echo ${{PIPESTATUS[0]}}"

    done = subprocess.run(
        ["bash", "-c", command],
        cwd=place.folder,
        env=place.variables(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert "Traceback" not in done.stderr

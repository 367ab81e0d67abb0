"""``runbook correlate`` from the command line: exit codes, text, JSON."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from cli.command import Place
from cli.test_observe import everything
from cli.test_schemas import schema

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
ID = "4BF92F35-77B34DA6A3CE929D0E0E4736"


def test_a_request_of_which_nothing_is_left_is_told_so(tmp_path: Path) -> None:
    with everything(tmp_path) as place:
        done = place.run("correlate", ID)

    assert (done.code, done.err) == (0, "")
    assert "Request 4bf92f3577b34da6a3ce929d0e0e4736" in done.out
    assert "Nothing was found of it" in done.out
    assert "the trace: Tempo does not have this trace" in done.out
    assert "Could not ask" not in done.out


def test_what_could_not_be_asked_is_told_by_the_exit_code(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.write("runbook.toml", "")

    done = place.run("correlate", ID)

    assert done.code == 3
    assert "no Tempo is configured" in done.out


def test_json_is_as_published(tmp_path: Path) -> None:
    with everything(tmp_path) as place:
        done = place.run("correlate", ID, "--json")

    jsonschema.validate(done.data, schema("correlation"))
    assert done.data["timeline"] == []


def test_what_is_no_id_is_a_usage_error(tmp_path: Path) -> None:
    done = Place(tmp_path).run("correlate", "nonsense")

    assert done.code == 2
    assert "is no trace id" in done.err


def test_the_kernel_wants_to_know_which_process(tmp_path: Path) -> None:
    with everything(tmp_path) as place:
        done = place.run("correlate", ID, "--kernel")

    assert done.code == 2
    assert "--process NAME" in done.err

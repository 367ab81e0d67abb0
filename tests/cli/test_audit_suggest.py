"""``runbook audit --suggest``."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from audit.pages import PAGE
from cli.command import CLEAN, Place
from execute.books import FRONT, ways
from runbookkit.cli.schemas import schemas

BROKEN = PAGE.replace("deploy/{{ noisy }} --replicas=1", "deploy/{{ app }}").replace(
    "for 5 minutes one tenant", "one tenant, normally quiet, for 5 minutes"
)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path, {"XDG_STATE_HOME": str(tmp_path / "state")})
    found.write("shop.md", BROKEN)
    return found


def test_the_diff_alone_is_printed_and_nothing_is_changed(place: Place) -> None:
    done = place.run("audit", "shop.md", "--suggest")

    assert done.code == 1
    assert done.out.startswith("--- a/shop.md\n+++ b/shop.md\n@@ ")
    assert "+  app:\n" in done.out
    assert "undefined-input RB301: declares `app`" in done.err
    assert "nothing was changed" in done.err
    assert place.read("shop.md") == BROKEN


def test_a_runbook_without_gaps_has_no_diff(place: Place) -> None:
    place.write("a.md", CLEAN)

    done = place.run("audit", "a.md", "--suggest")

    assert (done.code, done.out) == (0, "")
    assert "0 changes proposed, 0 left to people" in done.err


def test_gaps_for_which_there_is_no_proposal_are_listed(place: Place) -> None:
    place.write("a.md", "# Fix\n\n## Diagnosis\n\nTalk to the others.\n")

    done = place.run("audit", "a.md", "--suggest")

    assert done.out == ""
    assert "a.md:1: missing-command RB200: nothing to propose: " in done.err


def test_suggestions_as_json_fit_their_schema(place: Place) -> None:
    done = place.run("audit", "shop.md", "--suggest", "-o", "json")

    jsonschema.validate(done.data, json.loads(schemas()["suggestions.json"]))
    assert done.data["proposed"][0]["about"] == "undefined-input"


def test_a_form_that_suggestions_do_not_have_is_refused(place: Place) -> None:
    assert place.run("audit", "shop.md", "--suggest", "-o", "sarif").code == 2


def test_a_step_that_failed_in_a_run_is_asked_about(place: Place) -> None:
    lead = "**In a shell**, within 1s:\n\n```bash\nsleep 9\n```\n\n**Reads only**"
    step = f"### Look\n\n{lead}\n\n**Expect:** `exit_code == 0`\n\n"
    place.write("try.md", FRONT.format(inputs="") + step + ways(met="stop"))
    place.run("run", "try.md", "--auto")
    (run,) = re.findall(r"the newest are (\w+)", place.run("transcript", "x").err)

    done = place.run("audit", "--suggest", "--run", run)

    assert done.code == 1
    assert "+When this cannot be asked, `<say what to do; it said: " in done.out
    assert "try.md:23: failed: asks what to do at 'Look'" in done.err


def test_a_run_that_nobody_knows_is_refused(place: Place) -> None:
    done = place.run("audit", "--suggest", "--run", "gone")

    assert done.code == 2
    assert "there is no run 'gone'" in done.err


def test_a_run_without_suggest_is_refused(place: Place) -> None:
    done = place.run("audit", "shop.md", "--run", "x")

    assert done.code == 2
    assert "add --suggest" in done.err


@pytest.mark.parametrize("option", ["--suggest", "--record"])
def test_an_old_run_says_nothing_of_the_text_as_it_is(
    place: Place, option: str
) -> None:
    done = place.run("audit", "judge", "kept", option)

    assert done.code == 2
    assert "instead of judging an old run" in done.err

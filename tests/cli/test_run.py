"""``runbook run``, without a person."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.command import Place
from execute.books import FRONT, change, ways
from servers import wait_for

INPUTS = """\
inputs:
  pod:
    description: Pod that fails
    from: labels.pod
    pattern: "[a-z0-9-]+"
  key:
    description: Key of the door
    type: secret
    default: none-needed
"""
ENDS = ways(met="stop", not_met="escalate")


def reads(title: str, command: str, ends: str = ENDS) -> str:
    lead = f"**In a shell**, within 9s:\n\n```bash\n{command}\n```\n\n**Reads only**"
    return f"### {title}\n\n{lead}\n\n**Expect:** `exit_code == 0`\n\n{ends}\n\n"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path)
    found.write("runbook.toml", 'state = "state"\n')
    return found


def book(place: Place, steps: str, name: str = "try.md", inputs: str = "") -> None:
    place.write(name, FRONT.format(inputs=inputs) + steps)


def events(out: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        (reads("Look", "true"), 0),
        (reads("Look", "false"), 1),
        (reads("Look", "sleep 9").replace("within 9s", "within 1s"), 3),
        (change("Fix", "touch made", ENDS), 4),
    ],
    ids=["stop", "escalate", "error", "paused"],
)
def test_the_exit_code_says_how_a_run_ended(
    place: Place, steps: str, code: int
) -> None:
    book(place, steps)

    assert place.run("run", "try.md", "--auto").code == code
    assert not (place.folder / "made").exists()


def test_inputs_come_from_the_alert_and_from_the_call(place: Place) -> None:
    book(place, reads("Look", "echo {{ pod }}"), inputs=INPUTS)

    done = place.run("run", "try.md", "--auto", "--label", "pod=web-1", "--json")

    sent = [
        event["data"] for event in events(done.out) if event["kind"] == "action started"
    ]
    assert sent[0]["sent"] == "echo web-1"  # type: ignore[index]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "input 'pod' has no value (Pod that fails)"),
        (("--input", "pod=a b"), "does not fit [a-z0-9-]+"),
        (("--input", "pot=a"), "there is no input 'pot'; known are pod, key"),
    ],
)
def test_an_input_that_is_missing_or_wrong_ends_the_call(
    place: Place, arguments: tuple[str, ...], said: str
) -> None:
    book(place, reads("Look", "echo {{ pod }}"), inputs=INPUTS)

    done = place.run("run", "try.md", "--auto", *arguments)

    assert done.code == 2
    assert said in done.err


def test_a_secret_is_sent_and_kept_nowhere(place: Place) -> None:
    book(
        place,
        reads("Look", "test -n {{ key }}; echo {{ key }}"),
        inputs=INPUTS,
    )

    done = place.run(
        *("run", "try.md", "--auto", "--json"),
        "--input",
        "pod=a",
        "--input",
        "key=hunter22",
    )

    assert done.code == 0
    assert "hunter22" not in done.out
    kept = (place.folder / "state").rglob("log.sqlite*")
    assert not [file for file in kept if b"hunter22" in file.read_bytes()]


def test_a_run_goes_on_with_the_text_that_it_began_with(place: Place) -> None:
    book(place, change("Fix", "touch made", ENDS))
    begun = place.run("run", "try.md", "--auto", "--json")
    run = begun.err.rsplit(maxsplit=1)[-1]
    book(place, reads("Other", "true"))

    done = place.run("run", "--resume", run, "--auto")

    assert done.code == 4
    assert "changed since the run began" in done.err
    assert "Fix" in done.err


def test_a_run_that_is_not_there_names_those_that_are(place: Place) -> None:
    book(place, change("Fix", "touch made", ENDS))
    run = place.run("run", "try.md", "--auto").err.rsplit(maxsplit=1)[-1]

    done = place.run("run", "--resume", "nothing")

    assert done.code == 2
    assert f"there is no run 'nothing'; the newest are {run}" in done.err


def test_a_run_goes_on_in_the_runbook_that_it_hands_over_to(place: Place) -> None:
    book(
        place,
        reads("Look", "true", ways(met="go to [On](on.md#second)")),
        inputs=INPUTS,
    )
    on = reads("First", "false") + reads("Second", "echo {{ pod }}")
    book(place, on, "on.md", INPUTS)

    done = place.run("run", "try.md", "--auto", "--input", "pod=web-7", "--json")

    begun = [
        event["data"] for event in events(done.out) if event["kind"] == "run started"
    ]
    assert done.code == 0
    assert [each["first"] for each in begun] == ["look", "second"]  # type: ignore[index]
    assert begun[1]["inputs"]["pod"] == "web-7"  # type: ignore[index]


def test_runbooks_that_hand_over_to_each_other_do_so_once(place: Place) -> None:
    book(place, reads("Look", "true", ways(met="go to [On](on.md)")))
    book(place, reads("Look", "true", ways(met="go to [Back](try.md)")), "on.md")

    done = place.run("run", "try.md", "--auto")

    assert done.code == 1
    assert "was run before; not again" in done.err


def test_a_run_can_begin_at_a_step(place: Place) -> None:
    book(place, reads("First", "false") + reads("Second", "true"))

    assert place.run("run", "try.md#second", "--auto").code == 0
    assert "has no step 'third'" in place.run("run", "try.md#third", "--auto").err


def test_a_run_that_is_interrupted_says_how_it_goes_on(place: Place) -> None:
    book(place, reads("Look", "touch here; sleep 5"))
    process = subprocess.Popen(
        [sys.executable, "-m", "runbookkit", "run", "try.md", "--auto"],
        cwd=place.folder,
        env=place.variables(),
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for((place.folder / "here").exists)

    process.send_signal(signal.SIGINT)

    said = process.communicate(timeout=20)[1]
    assert process.returncode == 130
    assert re.search(r"go on with: runbook run --resume \w+", said)


def test_a_plan_holds_the_values_that_are_known_and_no_secret(place: Place) -> None:
    steps = reads("Look", "echo {{ pod }}") + reads("Open", "open {{ key }}")
    fix = change("Fix", "fix {{ pod }}", ENDS, rollback="undo {{ pod }}")
    book(place, steps + fix, inputs=INPUTS)

    done = place.run(
        *("run", "try.md", "--plan", "--label", "pod=web-1"),
        *("--input", "key=hunter22"),
    )

    assert "pod: web-1" in done.out
    assert "echo web-1" in done.out
    assert "rollback undo web-1" in done.out
    assert "key: given, and not shown" in done.out
    assert "hunter22" not in done.out


def test_a_plan_asks_and_does_nothing(place: Place) -> None:
    book(place, reads("Look", "touch made") + change("Fix", "touch made"))

    done = place.run("run", "try.md", "--plan")

    assert done.code == 0
    assert "2. Fix [CHANGES, after approval]" in done.out
    assert not (place.folder / "made").exists()
    assert not (place.folder / "state").exists()

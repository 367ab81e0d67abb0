"""Where output goes, and what happens when it cannot go there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cli.command import CLEAN, DIRTY, Place


@pytest.fixture
def many(tmp_path: Path) -> Place:
    """Return a place whose report is larger than a pipe holds."""
    place = Place(tmp_path)
    for number in range(200):
        place.write(f"{number}.md", DIRTY)
    return place


def test_findings_go_to_stdout_and_nothing_else_does(tmp_path: Path) -> None:
    Place(tmp_path).write("a.md", DIRTY)

    done = Place(tmp_path).run("lint", "a.md", "--no-cache")

    assert "RB411" in done.out
    assert not done.err


@pytest.mark.parametrize(
    "line", [["lint", "gone.md"], ["lint", "--nothing"], ["nothing"], ["rule", "XX1"]]
)
def test_what_went_wrong_goes_to_stderr_alone(tmp_path: Path, line: list[str]) -> None:
    done = Place(tmp_path).run(*line)

    assert done.code == 2
    assert not done.out
    assert done.err.startswith("runbook: ")
    assert done.err.count("\n") == 1


def test_what_is_said_of_a_baseline_goes_to_stderr(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.write("a.md", DIRTY)
    place.lint("a.md", "--baseline", "base.json", "--write-baseline")
    place.write("a.md", CLEAN)

    done = place.lint("a.md", "--baseline", "base.json")

    assert done.found == []
    assert "1 known finding" in done.err


def test_colours_are_only_used_where_they_are_asked_for(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.write("a.md", DIRTY)

    plain = place.run("lint", "a.md", "--no-cache")
    forced = place.run("lint", "a.md", "--no-cache", FORCE_COLOR="1")
    refused = place.run("lint", "a.md", "--no-cache", FORCE_COLOR="1", NO_COLOR="1")

    assert "\x1b[" in forced.out
    assert "\x1b[" not in plain.out
    assert refused.out == plain.out


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break otherwise there")
@pytest.mark.parametrize("state", ["cold", "warm"])
def test_a_reader_that_leaves_is_no_failure(many: Place, state: str) -> None:
    if state == "warm":
        many.start("lint", ".", "-o", "json")

    with subprocess.Popen(
        [sys.executable, "-m", "runbookkit", "lint", ".", "-o", "json"],
        cwd=many.folder,
        env=many.variables(PYTHONUNBUFFERED=""),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        said = process.stderr.read()

    assert process.returncode == 0
    assert said == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has /dev/full")
@pytest.mark.parametrize("line", [["lint", "a.md"], ["rule"]])
def test_a_full_disk_is_no_finding(tmp_path: Path, line: list[str]) -> None:
    place = Place(tmp_path)
    place.write("a.md", DIRTY)
    place.start("lint", "a.md")

    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "runbookkit", *line],
            cwd=tmp_path,
            env=place.variables(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )

    assert done.returncode == 3
    assert done.stderr.startswith(b"runbook: the output: cannot be written: ")
    assert done.stderr.count(b"\n") == 1

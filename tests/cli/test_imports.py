"""What a command must not load: it would take longer than the command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cli.command import DIRTY, Place

NEVER = {
    "anthropic",
    "httpx2",
    "slack_sdk",
    "pagerduty",
    "fastapi",
    "textual",
    "starlette",
}
SAY = "import sys; from runbookkit.cli.main import run; run(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"


def loaded(place: Place, *arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", SAY, *arguments],
        cwd=place.folder,
        env=place.variables(),
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.split(".")[0] for name in done.stderr.split()}


@pytest.mark.parametrize(
    "line",
    [
        ["lint", "a.md"],
        ["lint", "a.md", "--no-cache", "--fix"],
        ["--help"],
        ["lint", "--help"],
        ["run", "--help"],
        ["graph", "a.md"],
        ["parse", "a.md"],
        ["audit", "--help"],
        ["audit", "a.md"],
    ],
    ids=" ".join,
)
def test_a_command_loads_no_client_library(tmp_path: Path, line: list[str]) -> None:
    place = Place(tmp_path)
    place.write("a.md", DIRTY)

    assert not loaded(place, *line) & NEVER


def test_help_loads_none_of_the_parsers(tmp_path: Path) -> None:
    heavy = {"pydantic", "lark", "yaml", "tree_sitter", "jinja2"}

    assert not loaded(Place(tmp_path), "--help") & heavy

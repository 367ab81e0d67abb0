from __future__ import annotations

from importlib import metadata

import pytest

from runbookkit import __version__
from runbookkit.cli import lint
from runbookkit.cli.lint_call import LintCall, plain_call
from runbookkit.cli.main import application

PLAIN = [
    ["lint"],
    ["lint", "runbooks"],
    ["lint", "a.md", "b c.md", "ünï"],
    ["lint", "--no-cache", "a"],
    ["lint", "a", "--no-cache", "b"],
    ["lint", "a", "-o", "json"],
    ["lint", "a", "--output", "sarif", "b", "--no-cache"],
]
OTHERS = [
    [],
    ["run", "a"],
    ["lint", "--help"],
    ["lint", "--fix", "a"],
    ["lint", "-o"],
    ["lint", "-o", "nothing"],
    ["lint", "-o", "json", "-o", "text"],
    ["lint", "--no-cache", "--no-cache"],
    ["lint", "--output=json"],
    ["lint", "--", "a"],
    ["lint", "-"],
    ["lint", ""],
]


@pytest.mark.parametrize("line", PLAIN)
def test_a_plain_line_is_read_as_the_library_reads_it(line: list[str]) -> None:
    command, bound, _ = application().parse_args(line, exit_on_error=False)
    given = {"paths": bound.args, **bound.kwargs}

    call = plain_call(line)

    assert command is lint.lint
    assert call == LintCall(**given)


@pytest.mark.parametrize("line", OTHERS)
def test_any_other_line_is_left_to_the_library(line: list[str]) -> None:
    assert plain_call(line) is None


def test_the_version_is_the_one_of_the_package() -> None:
    assert __version__ == metadata.version("runbookkit")

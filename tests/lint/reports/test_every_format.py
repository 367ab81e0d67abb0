"""What holds for every output, present and future."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from lint.reports.samples import CLEAN, SMALL
from runbookkit.errors import UsageError
from runbookkit.lint.formats import format_names, format_of, rendered
from runbookkit.lint.report import Style
from runbookkit.model.finding import Finding, Unchecked
from runbookkit.model.span import Span

every_format = pytest.mark.parametrize("name", format_names())
HOSTILE = "\x1b[2J\x00\ud800\u202e</failure>]]>::error::\n::x| `<b>` %0A @all ```\r\n"


@every_format
def test_a_format_is_named_like_its_module(name: str) -> None:
    found = format_of(name)

    assert name == found.NAME


@every_format
def test_an_output_ends_its_last_line(name: str) -> None:
    assert "".join(rendered(name, SMALL, Style())).endswith("\n")


@every_format
def test_an_output_says_what_could_not_be_checked(name: str) -> None:
    assert "bpftrace is not there" in "".join(rendered(name, SMALL, Style()))


@every_format
def test_a_clean_run_has_an_output(name: str) -> None:
    assert isinstance("".join(rendered(name, CLEAN, Style())), str)


@every_format
def test_text_from_outside_can_always_be_written_and_never_rules_a_terminal(
    name: str,
) -> None:
    here = Span(1, 1, 1, 1)
    report = replace(
        SMALL,
        findings=(Finding(HOSTILE, here, "RB1", "x", "error", HOSTILE),),
        unchecked=(Unchecked(HOSTILE, here, "RB2", "x", HOSTILE),),
        sources=lambda _: (HOSTILE,),
        graphs={HOSTILE: HOSTILE},
    )

    text = "".join(rendered(name, report, Style()))

    assert text.encode()
    assert not set(text) & {"\x1b", "\x00", "\u202e"}


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"no output 'xml'; choose from .*text"):
        list(rendered("xml", CLEAN, Style()))


@pytest.mark.parametrize("name", ["text", "concise", "json"])
def test_outputs_on_the_hot_path_import_nothing_heavy(name: str) -> None:
    code = (
        "import sys; from runbookkit.lint.formats import rendered;"
        "from runbookkit.lint.report import Report, Style;"
        f"list(rendered({name!r}, Report(1), Style()));"
        "print(sorted({'rich', 'pydantic', 'markdown_it', 'yaml', 'jinja2', 'lark',"
        " 'xml', 'junitparser', 'asyncio', 'urllib'} & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )

    assert done.stdout == "[]\n"

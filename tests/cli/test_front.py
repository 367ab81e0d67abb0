"""Which front end a run has."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from runbookkit.cli.around import Around
from runbookkit.cli.front import PlainFront, front_of, wants_plain
from runbookkit.cli.tui.front import FullScreen

TERMINAL = {"TERM": "xterm-256color"}


def test_a_terminal_has_the_full_screen() -> None:
    front = front_of(Around("ada"), TERMINAL, auto=False, plain=False)

    assert isinstance(front, FullScreen)


@pytest.mark.parametrize(
    "variables",
    [
        {"TERM": "dumb"},
        {},
        {**TERMINAL, "CI": "true"},
        {**TERMINAL, "RUNBOOK_PLAIN": "1"},
    ],
    ids=str,
)
def test_an_environment_without_one_has_the_plain_front_end(
    variables: Mapping[str, str],
) -> None:
    front = front_of(Around("ada"), variables, auto=False, plain=False)

    assert wants_plain(variables)
    assert isinstance(front, PlainFront)


@pytest.mark.parametrize(("auto", "plain"), [(True, False), (False, True)])
def test_who_asks_for_it_has_the_plain_front_end(*, auto: bool, plain: bool) -> None:
    front = front_of(Around("ada"), TERMINAL, auto=auto, plain=plain)

    assert isinstance(front, PlainFront)


def test_without_the_extra_one_line_says_how_to_get_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    front = front_of(
        Around("ada"), TERMINAL, auto=False, plain=False, library="no_such_library"
    )

    said = capsys.readouterr().err
    assert isinstance(front, PlainFront)
    assert said.count("\n") == 1
    assert "pip install 'runbookkit[tui]'" in said

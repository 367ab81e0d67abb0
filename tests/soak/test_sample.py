"""A sample of the soak benchmark: the same inputs each time, all of one seed."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from examined import MisplacedError, examine

from soak import SECONDS, Soak, run, texts_of

SAMPLE = 500
PARTS = 10
SOAK = Soak(20261120, texts_of([]))


@pytest.mark.parametrize("part", range(PARTS))
def test_no_spoiled_file_crashes_the_linter_or_is_misquoted(part: int) -> None:
    for number in range(part, SAMPLE, PARTS):
        _, seconds = SOAK.examine(number)

        assert seconds < SECONDS, f"input {number} of seed {SOAK.seed}"


def test_an_input_can_be_had_again() -> None:
    again = Soak(SOAK.seed, SOAK.texts)

    assert [again.input(n) for n in range(20)] == [SOAK.input(n) for n in range(20)]


def test_inputs_differ() -> None:
    assert len({SOAK.input(number)[0] for number in range(200)}) > 190


def test_a_clean_file_has_places_that_exist() -> None:
    clean = Path(__file__).parents[1] / "lint/clean.md"

    assert examine(clean.read_bytes(), "clean.md", reports=True) == 0


class Failing(Soak):
    """Fails at one input, as a crash of the linter would."""

    def examine(self, number: int) -> tuple[int, float]:
        if number == 3:
            raise MisplacedError("for the test")
        return 0, 0.0


def test_a_failure_is_kept_as_a_file_and_the_rest_goes_on(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with contextlib.chdir(tmp_path):
        tally = run(Failing(7, ["# A\n"]), range(6), processes=1)

    assert (tally.done, tally.failures) == (6, [3])
    assert (tmp_path / "soak-7-3.md").is_file()
    assert "--seed 7 --only 3" in capfd.readouterr().out

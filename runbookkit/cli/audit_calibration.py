"""What ``runbook audit --calibrate`` asks for, and what it prints."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

from cyclopts import Parameter

from runbookkit.app.audit_players import scripted_names
from runbookkit.errors import UsageError

if TYPE_CHECKING:
    from runbookkit.app.audit import Auditor, AuditRequest
    from runbookkit.app.audit_house import House


class Told(Protocol):
    """Tells of a calibration."""

    def __call__(self, *, everything: bool) -> str:
        """Return the text, with what was missed of the held-out third or without."""


_flag = Parameter(negative=())


@Parameter(name="*")
@dataclass(frozen=True)
class CalibrationOptions:
    """How much an audit finds of what is planted."""

    calibrate: Annotated[bool, _flag] = False
    "Plant defects in the runbooks that pass, and count what is found."
    seed: int = 0
    "Which places are chosen for them."
    cells: int = 0
    "Plant so many at most, of every sort as many; all when left out."
    calibration: str = ""
    "Write the record that a gate asks for to this file."

    def check(self) -> None:
        """Refuse options that mean nothing without --calibrate.

        Raises:
            UsageError: There is one.
        """
        if not self.calibrate and (self.seed or self.cells or self.calibration):
            raise UsageError(
                "--seed, --cells and --calibration say how to calibrate; add --calibrate"
            )
        if self.cells < 0:
            raise UsageError(f"--cells {self.cells}: plant at least one")

    def keep(self, record: bytes) -> None:
        """Write the record where it is wanted.

        Raises:
            UsageError: It cannot be written.
        """
        if not self.calibration:
            return
        try:
            Path(self.calibration).write_bytes(record)
        except OSError as error:
            raise UsageError(
                f"{self.calibration}: cannot be written: {error.strerror}"
            ) from error


def calibrated(
    options: CalibrationOptions,
    request: AuditRequest,
    auditor: Auditor,
    house: House,
    output: str,
) -> Told:
    """Calibrate, keep the record where it is wanted, and return what tells it.

    Raises:
        UsageError: There is nothing to plant defects in, or no such output.
    """
    from pydantic import RootModel

    from runbookkit.app.audit_calibrate import Calibration, calibrate
    from runbookkit.app.audit_calibration_text import calibration_text
    from runbookkit.model.calibration import CalibrationRecord

    if output not in {"text", "json"}:
        raise UsageError(f"--output {output}: a calibration is told as text or json")
    scripted = auditor.player.name in scripted_names()
    wanted = Calibration(
        request.paths,
        house.clock.now(),
        options.seed,
        options.cells,
        "" if scripted else "anthropic",
    )
    record = calibrate(wanted, auditor, house.loaded, _say)
    text = RootModel[CalibrationRecord](record).model_dump_json(indent=2) + "\n"
    options.keep(text.encode())
    if output == "json":
        return lambda *, everything: text  # noqa: ARG005  nothing is left out
    return partial(calibration_text, record)


def _say(words: str) -> None:
    print(f"runbook: {words}", file=sys.stderr)

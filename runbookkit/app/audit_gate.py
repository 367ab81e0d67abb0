"""What a model's word is worth at the gate: as much as its calibration is fresh."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from runbookkit.app.audit import Auditor
from runbookkit.app.audit_cases import to_audit
from runbookkit.app.audit_house import House
from runbookkit.audit.calibrated import Present, stale
from runbookkit.audit.calibration.suite import operators, suite_digest
from runbookkit.audit.calls import tool_definitions
from runbookkit.audit.view import prompt_digest
from runbookkit.errors import RunbookkitError
from runbookkit.model.calibration import CalibrationRecord

CLIENT = "anthropic"
"""Name of the distribution that asks the model."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a model's word counts, and what is to be said about it."""

    advisory: bool
    notes: tuple[str, ...] = ()


def standing_of(auditor: Auditor, model: str, house: House) -> Standing:
    """Return what the word of a model is worth that is about to play."""
    named = house.loaded.configuration.audit.calibration
    if not named:
        return _advisory("the settings name no `[audit] calibration`", model, "FILE")
    file = Path(house.loaded.folder) / named
    try:
        content = file.read_bytes()
    except OSError as error:
        return _advisory(f"{file}: {error.strerror}", model, named)
    try:
        record = TypeAdapter(CalibrationRecord).validate_json(content)
    except ValidationError:
        return _advisory(f"{file}: is no record of a calibration", model, named)
    present = Present(
        auditor.player.name,
        f"{CLIENT} {metadata.version(CLIENT)}",
        prompt_digest(tool_definitions()),
        _suite(record, auditor, house),
        house.clock.now(),
    )
    reasons = tuple(stale(record, present))
    if not reasons:
        return Standing(advisory=False)
    return _advisory(f"{file} is stale: {'; '.join(reasons)}", model, named)


def _advisory(why: str, model: str, file: str) -> Standing:
    said = (
        "advisory: gaps that only a model confirms fail nothing, because"
        f" {why}; renew it with `runbook audit --calibrate --model {model}"
        f" --calibration {file}`"
    )
    return Standing(advisory=True, notes=(said,))


def _suite(record: CalibrationRecord, auditor: Auditor, house: House) -> str:
    """Return the digest of the suite as it is now; empty where it cannot be told.

    A calibration of some cells alone does not say which runbooks it was about.
    """
    known = operators()
    folder = Path(house.loaded.folder)
    paths = sorted({each.path for each in record.cells})
    if not {each.operator for each in record.cells} <= {each.name for each in known}:
        return "other operators"
    if len(record.cells) + record.not_applicable != len(known) * len(paths):
        return ""
    files = [folder / each for each in paths]
    if not all(each.is_file() for each in files):
        return "gone"
    named = tuple(str(each) for each in files)
    try:
        found = list(to_audit(named, (), auditor.template, auditor.hide))
    except RunbookkitError:
        return "not to be read"
    return suite_digest([each.runbook for each in found], known)

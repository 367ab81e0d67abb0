"""``runbook audit``."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from runbookkit import settings
from runbookkit.app.audit import Auditor, AuditRequest, audit as audit_runbooks
from runbookkit.app.audit_house import House, house_of
from runbookkit.app.audit_output import rendered
from runbookkit.app.audit_players import scripted_player
from runbookkit.app.audit_record import record_audits
from runbookkit.app.audit_store import RunFolder, judged_again
from runbookkit.audit.played import Heading
from runbookkit.audit.together import fails
from runbookkit.audit.view import Marks
from runbookkit.cli import codes
from runbookkit.cli.audit_calibration import CalibrationOptions, calibrated
from runbookkit.cli.audit_model import (
    ModelOptions,
    at_the_desk,
    desk_text,
    print_requests,
)
from runbookkit.cli.audit_suggest import (
    SuggestOptions,
    print_for_audit,
    print_for_run,
)
from runbookkit.cli.output import speak, style_of
from runbookkit.clock import SystemClock
from runbookkit.errors import UsageError
from runbookkit.model.audit import AuditReport, Gate
from runbookkit.workspace.git import changed_files

Output = Literal["text", "json", "markdown", "sarif", "junit"]
Priced = Callable[[AuditReport], AuditReport]
"""Adds to a report what its plays cost."""
_JUDGE = "judge"
_NO_MODEL = ModelOptions()
_NOT_CALIBRATED = CalibrationOptions()
_NOT_SUGGESTED = SuggestOptions()
_flag = Parameter(negative=())


def audit(  # noqa: PLR0913  one parameter an option
    *paths: Annotated[str, Parameter(help="Files and folders; here when left out.")],
    player: str = "",
    model: ModelOptions = _NO_MODEL,
    calibration: CalibrationOptions = _NOT_CALIBRATED,
    suggest: SuggestOptions = _NOT_SUGGESTED,
    changed: Annotated[bool, _flag] = False,
    base: str = "",
    scenario: str = "",
    repetitions: int = 1,
    force: Annotated[bool, _flag] = False,
    save: str = "",
    record: Annotated[bool, _flag] = False,
    gate: Gate = "proven",
    output: Annotated[Output, Parameter(("--output", "-o"))] = "text",
    output_file: str = "",
    all: Annotated[bool, _flag] = False,  # noqa: A002
    config: str = "",
) -> int:
    """Let a player execute runbooks from their text alone, and judge it.

    Exit code: 0 executable, 1 gaps that fail the gate, 2 usage, 3 something could
    not be audited.

    Parameters
    ----------
    player
        Who plays the runner: a script, such as literal, which needs no key and
        plays when nothing else is said, or model.
    changed
        Audit only runbooks that differ, or whose scenarios do, from the merge base
        with --base.
    base
        What to compare with; the default branch when left out.
    scenario
        Play only scenarios whose name holds this.
    repetitions
        How often each scenario is played.
    force
        Play also where the dry run proves gaps.
    save
        Keep the transcripts in this new folder; `runbook audit judge FOLDER` judges
        them again.
    record
        Keep which texts were audited, in the file that the settings name.
    gate
        The weakest gaps that fail the audit.
    output
        Form of the output.
    output_file
        Write the output to this file.
    all
        Also show what is claimed and not confirmed, and what passed.
    config
        Configuration file; found upward from here when left out.
    """
    variables = settings.environment()
    style = style_of(variables, everything=all)
    if paths[:1] == (_JUDGE,):
        report = _again(paths[1:], also=suggest.suggest or record)
    else:
        if repetitions < 1:
            raise UsageError(f"--repetitions {repetitions}: play at least once")
        loaded = settings.load(Path(), variables, file=config)
        roots = tuple(Path(path).as_posix() for path in paths or (".",))
        differ = changed_files(base) if changed or base else None
        request = AuditRequest(roots, scenario, repetitions, force, gate, differ)
        house = house_of(loaded, variables, SystemClock())
        calibration.check()
        suggest.check()
        if suggest.run:
            return print_for_run(suggest, house, output, output_file)
        if calibration.calibrate:
            with _auditor(request, player, model, house) as (auditor, _):
                text = calibrated(calibration, request, auditor, house, output)
            speak([text(everything=all)], output_file, 0)
            return codes.OK
        if model.print_request:
            print_requests(request, model, house, new_marks())
            return codes.OK
        if model.mode == "desk":
            return _at_the_desk(request, player, model, house, (output, output_file))
        with _auditor(request, player, model, house) as (auditor, priced):
            report = _audited(request, auditor, priced, house, (save, record))
        if suggest.suggest:
            print_for_audit(report, house, output, output_file)
            return exit_code(report)
    speak([rendered(report, output, style)], output_file, 0)
    return exit_code(report)


def _at_the_desk(
    request: AuditRequest,
    player: str,
    model: ModelOptions,
    house: House,
    output: tuple[str, str],
) -> int:
    model.plays(player)
    read = at_the_desk(request, model, house, new_marks())
    speak([desk_text(read, output[0])], output[1], 0)
    failed = any(each.error for each in read.runbooks)
    return codes.COULD_NOT_CHECK if failed else codes.OK


def _again(folders: tuple[str, ...], *, also: bool) -> AuditReport:
    if also:
        raise UsageError(
            "--suggest and --record are about texts as they are; audit those"
            " instead of judging an old run"
        )
    if len(folders) != 1:
        raise UsageError("say which run to judge again: runbook audit judge FOLDER")
    return judged_again(Path(folders[0]))


@contextmanager
def _auditor(
    request: AuditRequest, player: str, model: ModelOptions, house: House
) -> Iterator[tuple[Auditor, Priced]]:
    marks = new_marks()
    if not model.plays(player):
        template = house.template
        found = scripted_player(player or "literal", template)
        yield Auditor(found, template, marks), lambda report: report
        return
    from runbookkit.app.audit_model import model_auditor, refuse_secrets

    with model_auditor(model.asked, house, marks) as chosen:
        if not model.offline:
            refuse_secrets(request, model.asked, house, marks)
        yield chosen


def _audited(
    request: AuditRequest,
    auditor: Auditor,
    priced: Priced,
    house: House,
    kept: tuple[str, bool],
) -> AuditReport:
    today = house.clock.now().date()
    save, record = kept
    run = RunFolder(Path(save), house.template_text) if save else None
    if run is not None:
        run.begin()
        auditor = replace(auditor, kept=run.keep)
    report = priced(audit_runbooks(request, auditor, house.loaded, today))
    if run is not None:
        run.finish(_heading(report))
    if record:
        record_audits(report, house.loaded, today)
    return report


def _heading(report: AuditReport) -> Heading:
    return Heading(
        report.player, report.repetitions, report.gate, report.notes, report.advisory
    )


def new_marks() -> Marks:
    """Return marks that nobody can have known."""
    return Marks(secrets.token_hex(8), secrets.token_hex(8))


def exit_code(report: AuditReport) -> int:
    """Return 1 for gaps that fail the gate, else 3 for what is not proven."""
    gaps = (gap for each in report.runbooks for gap in each.gaps)
    if any(fails(gap, report.gate, advisory=report.advisory) for gap in gaps):
        return codes.FINDINGS
    open_ends = any(
        each.verdict in {"error", "untrusted"}
        or any(s.verdict in {"error", "untrusted"} for s in each.scenarios)
        for each in report.runbooks
    )
    return codes.COULD_NOT_CHECK if open_ends else codes.OK

"""Examples of what an audit says, for their published schemas."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from pydantic import TypeAdapter

from runbookkit.model.audit import (
    AuditReport,
    Gap,
    PlayVerdict,
    RunbookAudit,
    ScenarioVerdict,
)
from runbookkit.model.audited import Audited, Audits
from runbookkit.model.calibration import (
    CalibrationRecord,
    Cell,
    ClosedBook,
    Share,
)
from runbookkit.model.finding import Edit
from runbookkit.model.span import Span
from runbookkit.model.suggestion import Proposal, Suggestions


def calibration_record() -> Any:
    """Return a calibration of one cell."""
    cell = Cell(
        "drop-expect",
        "runbooks/loki-down.md",
        24,
        ("no-expected-result",),
        held_out=False,
        found_by=("dry run", "both"),
        verdict="gaps",
    )
    one, none = Share(1, 1, 0.2065, 1.0), Share(0, 1, 0.0, 0.7935)
    readers = {"dry run": one, "player": none, "both": one}
    record = CalibrationRecord(
        "literal",
        "",
        "sha256:0",
        "sha256:1",
        datetime(2026, 11, 20, 12, tzinfo=UTC),
        0,
        (cell,),
        readers,
        dict.fromkeys(readers, Share(0, 0, 0.0, 1.0)),
        {"no-expected-result": one},
        one,
        Share(0, 0, 0.0, 1.0),
        none,
        ClosedBook(1, 0),
    )
    return TypeAdapter(CalibrationRecord).dump_python(record, mode="json")


def suggestions() -> Any:
    """Return what is suggested for one gap."""
    edit = Edit(Span(9, 1, 9, 1), "**Expect:** `exit_code == 0`\n")
    proposal = Proposal(
        "runbooks/loki-down.md",
        8,
        "no-expected-result",
        "expects that the command succeeds in step 'Restart the pod'",
        (edit,),
        "RB501",
    )
    diff = "--- a/runbooks/loki-down.md\n+++ b/runbooks/loki-down.md\n…"
    return TypeAdapter(Suggestions).dump_python(
        Suggestions(diff, (proposal,)), mode="json"
    )


def audits() -> Any:
    """Return the audits of a handbook with one runbook."""
    one = Audited("sha256:0", "literal", "executable", date(2026, 11, 20))
    kept = Audits({"runbooks/loki-down.md": (one,)})
    return TypeAdapter(Audits).dump_python(kept, mode="json")


def audit_report() -> Any:
    """Return an audit that found one gap."""
    gap = Gap(
        "undefined-input",
        "runbooks/loki-down.md",
        24,
        "kubectl -n loki delete pod {{ pod }}",
        "where `pod` comes from",
        "confirmed",
        "RB301",
        number=2,
        step="Restart the pod",
    )
    play = PlayVerdict(
        "one instance is down",
        0,
        "gaps",
        "stuck",
        "",
        ("ask-prometheus", "restart-the-pod"),
        (gap,),
        refused={"invented-value": 1},
        turns=4,
    )
    scenario = ScenarioVerdict(
        play.scenario,
        derived=False,
        verdict="gaps",
        plays=(play,),
        executed=0,
        pass_k=(0.0,),
        gaps=(gap,),
    )
    runbook = RunbookAudit(
        gap.path, "sha256:0", "gaps", (gap,), (scenario,), 3, 1, 5, 2
    )
    report = AuditReport("literal", 1, "proven", (runbook,))
    return TypeAdapter(AuditReport).dump_python(report, mode="json")

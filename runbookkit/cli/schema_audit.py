"""An example of the report of an audit, for its published schema."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from runbookkit.model.audit import (
    AuditReport,
    Gap,
    PlayVerdict,
    RunbookAudit,
    ScenarioVerdict,
)


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

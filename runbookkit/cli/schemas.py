"""The published JSON Schemas, made from the data that they describe.

Slow to import: only ``runbook schema`` needs it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from runbookkit.cli import incident_examples, schema_examples as examples, slo_examples
from runbookkit.cli.schema_audit import (
    audit_report,
    audits,
    calibration_record,
    suggestions,
)
from runbookkit.lint.report import RULE_PAGE, Summary
from runbookkit.markdown.metadata import PostmortemFields, RunbookFields
from runbookkit.model.audit import AuditReport
from runbookkit.model.audited import Audits
from runbookkit.model.calibration import CalibrationRecord
from runbookkit.model.correlation import Correlation
from runbookkit.model.event import Event
from runbookkit.model.finding import Finding, Unchecked
from runbookkit.model.impact import Impact, SloStatus
from runbookkit.model.incident import IncidentRow
from runbookkit.model.incident_view import IncidentList, IncidentView
from runbookkit.model.observation import Observation
from runbookkit.model.options import Configuration
from runbookkit.model.postmortem import Postmortem
from runbookkit.model.review import Review
from runbookkit.model.runbook import Runbook, Step
from runbookkit.model.scenario import Scenario
from runbookkit.model.suggestion import Suggestions
from runbookkit.model.tested import ScenarioReport

BASE: Final = "https://runbookkit.github.io/schemas/v1"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Published:
    """One schema: the type it is made from, or how it is put together."""

    title: str
    description: str
    example: Callable[[], Any]
    kind: Any = None
    mode: Literal["validation", "serialization"] = "validation"
    build: Callable[[], Json] | None = None


def schemas() -> dict[str, str]:
    """Return the text of every schema by the name of its file."""
    return {
        f"{name}.json": json.dumps(_schema(name, published), indent=2) + "\n"
        for name, published in _PUBLISHED.items()
    }


class _Plain(GenerateJsonSchema):
    """Without a title for each property, which only repeats its name."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002  overrides
        return False


def _schema(name: str, published: _Published) -> Json:
    made = (
        published.build()
        if published.build
        else _from_type(published.kind, published.mode)
    )
    return {
        "$schema": DIALECT,
        "$id": f"{BASE}/{name}.json",
        "title": published.title,
        "description": published.description,
        "examples": [published.example()],
        **{
            key: value
            for key, value in made.items()
            if key not in {"title", "description"}
        },
    }


def _from_type(kind: Any, mode: Literal["validation", "serialization"]) -> Json:
    made = TypeAdapter(kind).json_schema(mode=mode, schema_generator=_Plain)
    tidied: Json = _tidied(made)
    return tidied


def _tidied(value: Any) -> Any:
    """Return a schema whose descriptions are markdown instead of docstrings."""
    if isinstance(value, dict):
        return {
            key: " ".join(item.replace("``", "`").split())
            if key == "description" and isinstance(item, str)
            else _tidied(item)
            for key, item in value.items()
        }
    return [_tidied(item) for item in value] if isinstance(value, list) else value


def _finding() -> Json:
    return _with_page(_flat(_from_type(Finding, "serialization")))


def _report() -> Json:
    finding = _finding()
    unchecked = _flat(_from_type(Unchecked, "serialization"))
    definitions = finding.pop("$defs")
    properties = {
        "findings": {"type": "array", "items": {"$ref": "#/$defs/Finding"}},
        "unchecked": {
            "type": "array",
            "items": {"$ref": "#/$defs/Unchecked"},
            "description": "Checks that could not run: neither clean nor broken.",
        },
        "summary": {"$ref": "#/$defs/Summary"},
    }
    summary = _closed(_from_type(Summary, "serialization"))
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        "$defs": {
            **definitions,
            "Finding": finding,
            "Unchecked": unchecked,
            "Summary": summary,
        },
    }


def _flat(schema: Json) -> Json:
    """Return a schema in which the parts of a span stand beside the other values."""
    definitions = dict(schema.pop("$defs", {}))
    span = definitions.pop("Span")
    flat = {name: _unfolded(each, span) for name, each in definitions.items()}
    top = _unfolded(schema, span)
    return {**top, "$defs": flat} if flat else top


def _unfolded(schema: Json, span: Json) -> Json:
    properties: Json = {}
    for name, value in schema["properties"].items():
        properties |= span["properties"] if name == "span" else {name: value}
    return _closed({**schema, "properties": properties})


def _with_page(schema: Json) -> Json:
    url = {
        "type": "string",
        "description": "Page of the rule.",
        "examples": [RULE_PAGE.format(code="RB501")],
    }
    return _closed({**schema, "properties": {**schema["properties"], "url": url}})


def _closed(schema: Json) -> Json:
    """Return a schema that asks for all its properties and for no others."""
    properties = {
        name: {key: item for key, item in value.items() if key != "default"}
        for name, value in schema["properties"].items()
    }
    return {
        **schema,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


_PUBLISHED: Final[Mapping[str, _Published]] = {
    "runbook": _Published(
        "Runbook",
        "A runbook as `runbook parse` prints it: typed, each part with its place.",
        examples.runbook,
        Runbook,
        "serialization",
    ),
    "step": _Published(
        "Step",
        "One step of a runbook.",
        examples.step,
        Step,
        "serialization",
    ),
    "postmortem": _Published(
        "Postmortem",
        "A postmortem as `runbook parse` prints it.",
        examples.postmortem,
        Postmortem,
        "serialization",
    ),
    "runbook-front-matter": _Published(
        "Front matter of a runbook",
        "The YAML that a `runbook/v1` document begins with.",
        examples.runbook_front_matter,
        RunbookFields,
    ),
    "postmortem-front-matter": _Published(
        "Front matter of a postmortem",
        "The YAML that a `postmortem/v1` document begins with.",
        examples.postmortem_front_matter,
        PostmortemFields,
    ),
    "finding": _Published(
        "Finding",
        "One thing that a lint rule found, as `runbook lint --output json` prints it.",
        examples.finding,
        build=_finding,
    ),
    "lint-report": _Published(
        "Lint report",
        "What `runbook lint --output json` prints.",
        examples.lint_report,
        build=_report,
    ),
    "configuration": _Published(
        "Configuration",
        "`runbook.toml`, or `[tool.runbookkit]` in `pyproject.toml`.",
        examples.configuration,
        Configuration,
    ),
    "scenario": _Published(
        "Scenario",
        "Answers that were recorded or written, and the run that must follow.",
        examples.scenario,
        Scenario,
    ),
    "observation": _Published(
        "Observation",
        "A service as `runbook observe --json` prints it.",
        examples.observation,
        Observation,
        "serialization",
    ),
    "scenario-report": _Published(
        "Report about scenarios",
        "What `runbook test --output json` prints.",
        examples.scenario_report,
        ScenarioReport,
        "serialization",
    ),
    "audit-report": _Published(
        "Report of an audit",
        "What `runbook audit --output json` prints.",
        audit_report,
        AuditReport,
        "serialization",
    ),
    "calibration": _Published(
        "Calibration of an audit",
        "What `runbook audit --calibrate` keeps, and prints as JSON.",
        calibration_record,
        CalibrationRecord,
        "serialization",
    ),
    "suggestions": _Published(
        "Suggestions",
        "What `runbook audit --suggest -o json` prints.",
        suggestions,
        Suggestions,
        "serialization",
    ),
    "audits": _Published(
        "Audits",
        "The file of `[audit] record`: which texts were audited.",
        audits,
        Audits,
    ),
    "correlation": _Published(
        "Correlation",
        "One request as `runbook correlate --json` prints it.",
        examples.correlation,
        Correlation,
        "serialization",
    ),
    "slo-status": _Published(
        "Error budgets",
        "How error budgets stand, as `runbook slo status --json` prints it.",
        slo_examples.slo_status,
        SloStatus,
        "serialization",
    ),
    "review": _Published(
        "Alert review",
        "What `runbook review --json` prints.",
        slo_examples.review,
        Review,
        "serialization",
    ),
    "impact": _Published(
        "Impact of an incident",
        "What an incident spent of the budget of one objective.",
        slo_examples.impact,
        Impact,
        "serialization",
    ),
    "event": _Published(
        "Event",
        "One thing that happened in a run or an incident, as it is kept.",
        examples.event,
        Event,
        "serialization",
    ),
    "incident": _Published(
        "Incident",
        "An incident as commands of `runbook incident` print it with `--json`.",
        incident_examples.incident,
        IncidentRow,
        "serialization",
    ),
    "incidents": _Published(
        "Incidents",
        "What `runbook incident list --json` prints.",
        incident_examples.incidents,
        IncidentList,
        "serialization",
    ),
    "incident-view": _Published(
        "Incident with its timeline",
        "What `runbook incident show --json` prints.",
        incident_examples.incident_view,
        IncidentView,
        "serialization",
    ),
}

"""An example of everything that has a published schema."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter

from runbookkit.lint.report import Report, Style
from runbookkit.lint.reports.json import render
from runbookkit.markdown.document import parse_document
from runbookkit.markdown.postmortem import postmortem_of
from runbookkit.markdown.runbook import runbook_of
from runbookkit.model.correlation import Correlation, Happening
from runbookkit.model.event import Event
from runbookkit.model.finding import Edit, Finding, Fix, Related, Unchecked
from runbookkit.model.observation import Figure, Links, Metrics, NotAsked, Observation
from runbookkit.model.postmortem import Postmortem
from runbookkit.model.runbook import Runbook
from runbookkit.model.span import Span
from runbookkit.model.template import Template, TemplateSection
from runbookkit.model.tested import (
    Coverage,
    Difference,
    NotTaken,
    ScenarioReport,
    ScenarioResult,
)

_RUNBOOK = """\
---
format: runbook/v1
title: Loki is down
alerts: [LokiDown]
---

# Loki is down

## Diagnosis

### Ask Prometheus

**In Prometheus**, over the last 5m:

```promql
up{job="loki"}
```

**Expect:** every instance is up: `series.all(s, s.last == 1.0)`

- **Met:** stop
- **Not met:** escalate
"""
_POSTMORTEM = """\
---
format: postmortem/v1
title: Loki lost lines
incident: "41"
started: 2026-10-06T14:02:00Z
---

# Loki lost lines

## Timeline

| time | event | source |
|---|---|---|
| 2026-10-06T14:02:00Z | The limit goes live | deploy of `loki-config` |
"""
_START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def runbook() -> Any:
    """Return a runbook of one step, as ``runbook parse`` prints it."""
    template = _template(
        "runbook/v1", TemplateSection("Diagnosis", required=True, holds_steps=True)
    )
    document = parse_document(_RUNBOOK, "runbooks/loki-is-down.md")
    typed = runbook_of(document, template, frozenset({"promql"}))
    return _plain(Runbook, typed)


def step() -> Any:
    """Return the step of that runbook."""
    return runbook()["sections"][0]["steps"][0]


def postmortem() -> Any:
    """Return a postmortem of one row, as ``runbook parse`` prints it."""
    section = TemplateSection(
        "Timeline", required=True, columns=("time", "event", "source")
    )
    document = parse_document(_POSTMORTEM, "postmortems/2026-10-06-loki-lines.md")
    return _plain(
        Postmortem, postmortem_of(document, _template("postmortem/v1", section))
    )


def runbook_front_matter() -> Any:
    """Return the front matter of a runbook."""
    return {
        "format": "runbook/v1",
        "title": "Investigate a Loki ingest spike",
        "service": "loki",
        "owner": "team-observability",
        "severity": "page",
        "alerts": ["LokiIngestRateHigh"],
        "reviewed": "2026-11-01",
        "inputs": {
            "tenant": {
                "description": "Loki tenant whose ingest rate jumped",
                "from": "labels.tenant",
                "pattern": "[a-z0-9-]+",
                "default": "fake",
            }
        },
        "access": ["grafana viewer", "loki tenant operator"],
    }


def postmortem_front_matter() -> Any:
    """Return the front matter of a postmortem."""
    return {
        "format": "postmortem/v1",
        "title": "Loki lost lines",
        "incident": "41",
        "severity": "sev2",
        "status": "in-review",
        "started": "2026-10-06T14:02:00Z",
        "detected": "2026-10-06T14:09:00Z",
        "mitigated": "2026-10-06T14:31:00Z",
        "resolved": "2026-10-06T15:00:00Z",
        "services": ["loki"],
        "runbooks": ["loki-lines-discarded.md"],
    }


def lint_report() -> Any:
    """Return the JSON output of a lint run."""
    path = "runbooks/loki-is-down.md"
    found = Finding(
        path,
        Span(10, 1, 10, 4),
        "RB202",
        "untagged-fence",
        "warning",
        "this fence does not say which language it holds",
        Fix("tag the fence `bash`", (Edit(Span(10, 4, 10, 4), "bash"),), safe=False),
        (Related("alerts/loki.yaml", 7, "the alert that leads here"),),
    )
    unchecked = Unchecked(
        path,
        Span(20, 1, 22, 4),
        "RB203",
        "unparsable-command",
        "bpftrace is not installed",
    )
    report = Report(files=1, findings=(found,), unchecked=(unchecked,))
    return json.loads(render(report, Style()))


def finding() -> Any:
    """Return a finding as the JSON output of a lint run holds it."""
    return lint_report()["findings"][0]


def configuration() -> Any:
    """Return what a ``runbook.toml`` holds."""
    return {
        "template": "docs/our-template.md",
        "lint": {
            "ignore": ["RB9"],
            "rules": ["alerts"],
            "review_days": 90,
            "urls": [{"url": "https://wiki\\.test/(.+)", "path": "runbooks/\\1.md"}],
            "versions": {"prometheus": "3.5"},
        },
    }


def scenario() -> Any:
    """Return a scenario of one step."""
    return {
        "format": "scenario/v1",
        "name": "one instance is down",
        "runbook": {"path": "../loki-is-down.md"},
        "started_at": "2026-11-20T12:00:00Z",
        "alert": {"labels": {"alertname": "LokiDown", "tenant": "fake"}},
        "answers": {
            "ask-prometheus": [
                {
                    "kind": "range",
                    "names": {"series": [{"labels": {"pod": "loki-0"}, "last": 0.0}]},
                }
            ]
        },
        "expect": {
            "path": ["ask-prometheus"],
            "verdicts": {"ask-prometheus": "not met"},
            "end": "escalate",
        },
    }


def scenario_report() -> Any:
    """Return what a test of one scenario prints."""
    step, path = "ask-prometheus", "runbooks/loki-is-down.md"
    found = Difference("verdict", step, 10, ("not met",), ("met: 1 is above 0",))
    result = ScenarioResult(
        "runbooks/scenarios/loki-is-down.yaml",
        1,
        "one instance is down",
        path,
        (found,),
        (step,),
        "stop",
        changed=True,
    )
    missing = NotTaken(18, step, "Not met", "escalate")
    covered = Coverage(path, 1, 2, 1, 2, 1, (missing,))
    return _plain(ScenarioReport, ScenarioReport((result,), (), (covered,), 1.0))


def event() -> Any:
    """Return an event of a run."""
    judged = Event(
        position=1207,
        stream="run/01JD4X8Q2M",
        sequence=5,
        kind="step judged",
        at=_START,
        recorded_at=_START,
        data={
            "step": "ask-prometheus",
            "verdict": "not met",
            "message": "1 of 3 instances is down",
        },
        actor="auto",
        source="terminal",
    )
    return _plain(Event, judged)


def observation() -> Any:
    """Return what is seen of a service whose traces could not be asked."""
    query = 'sum(rate(http_requests_total{service="cart"}[900s]))'
    page = Links("http://127.0.0.1:9090/graph?g0.expr=up")
    rate = Figure("request rate", "requests/s", 23.5, query, page)
    seen = Observation(
        "cart",
        _START,
        _START.replace(minute=15),
        (NotAsked("traces", "tempo: http://127.0.0.1:3200: answers 500"),),
        Metrics('service="cart"', (rate,)),
    )
    return _plain(Observation, seen)


def correlation() -> Any:
    """Return a request of which only the trace is there."""
    span = Happening(
        "2026-11-20T12:00:00.000000007Z",
        "trace",
        "cart",
        "POST /cart (server)",
        512.5,
        "00f067aa0ba902b7",
    )
    found = Correlation(
        "4bf92f3577b34da6a3ce929d0e0e4736",
        _START.replace(minute=0),
        _START.replace(minute=6),
        (NotAsked("logs", "loki: http://127.0.0.1:3100: answers 500"),),
        ("an exemplar: of each series the newest few are kept",),
        (span,),
    )
    return _plain(Correlation, found)


def _template(format: str, section: TemplateSection) -> Template:  # noqa: A002  its name
    return Template("", format, "", (), (section,))


def _plain(kind: Any, value: Any) -> Any:
    plain = TypeAdapter(kind).dump_python(value, mode="json")
    document = plain.get("document") if isinstance(plain, dict) else None
    if document:
        document["anchors"].sort()  # a set has no order, a published text needs one
    return plain

"""A small runbook with everything a player meets, and plays of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from lint.examples import TODAY, template
from runbookkit.app.audit_cases import rebuilt
from runbookkit.app.audit_players import scripted_player
from runbookkit.audit.calls import Malformed, parsed
from runbookkit.audit.case import Case
from runbookkit.audit.dry_run import KINDS, gaps_of
from runbookkit.audit.judge import judge_play
from runbookkit.audit.play import Play, play
from runbookkit.audit.simulator import Simulator
from runbookkit.audit.view import Marks, situation_of, view_of
from runbookkit.lint.context import Context
from runbookkit.lint.engine import lint_markdown
from runbookkit.lint.registry import chosen_rules
from runbookkit.markdown.runbook import parse_runbook
from runbookkit.model.audit import (
    Exchange,
    PlayKey,
    PlayVerdict,
    ToolAnswer,
    ToolCall,
    Transcript,
    Turn,
)
from runbookkit.model.run import RunAlert
from runbookkit.model.scenario import Expected, Scenario, ScenarioAnswer, ScenarioEnd
from runbookkit.ports import Player
from runbookkit.queries.registry import fence_names

PAGE = """\
---
format: runbook/v1
title: A service writes too much
service: shop
owner: team-shop
severity: page
alerts: [TooMuch]
reviewed: 2026-11-01
inputs:
  tenant:
    description: Who writes
    from: labels.tenant
    default: fake
access: [kubectl in the namespace shop]
---

# A service writes too much

## Meaning

`TooMuch`: for 5 minutes one tenant has written more than 10 lines a second.

## Impact

Nobody notices until the disk is full.

## Diagnosis

### Find the service that writes most

**In Prometheus**:

```promql
topk(1, sum by (service) (rate(lines_total{tenant="{{ tenant }}"}[5m])))
```

**Expect:** one service writes more than 10 lines a second: `series.exists(s, s.value > 10.0)`

**Capture:** `noisy` = `series[0].labels.service`

- **Met:** continue
- **Not met:** stop

### Was something deployed?

**Ask:** Was `{{ noisy }}` deployed in the last 15 minutes?

- **Yes:** go to [Scale it down](#scale-it-down)
- **No:** escalate

## Mitigation

### Scale it down

**In a shell**, within 60s:

```bash
kubectl -n shop scale deploy/{{ noisy }} --replicas=1
```

**Changes:** the number of pods of one deployment

**Expect:** the change is taken: `exit_code == 0`

**Rollback:** `kubectl -n shop scale deploy/{{ noisy }} --replicas=3`

- **Met:** continue
- **Not met:** escalate

## Verification

### It is quiet again

**In Prometheus**, every 30s for up to 2m:

```promql
sum(rate(lines_total{tenant="{{ tenant }}"}[5m]))
```

**Expect:** the tenant writes less than 10 lines a second: `value < 10.0`

- **Met:** stop
- **Not met:** escalate

## Escalation

Page `team-shop` in PagerDuty (service "shop"); after 15 minutes without an answer, the platform lead on call.
"""
FIND, ASK, SCALE, QUIET = (
    "find-the-service-that-writes-most",
    "was-something-deployed",
    "scale-it-down",
    "it-is-quiet-again",
)
QUERY = 'topk(1, sum by (service) (rate(lines_total{tenant="acme"}[5m])))'
LOUD = {"series": [{"labels": {"service": "cart"}, "value": 25.0}]}
ANSWERS: Mapping[str, tuple[ScenarioAnswer, ...]] = {
    FIND: (ScenarioAnswer(names=LOUD),),
    ASK: (ScenarioAnswer(choice="Yes"),),
    SCALE: (ScenarioAnswer(names={"exit_code": 0}),),
    QUIET: (ScenarioAnswer(names={"value": 12.0}), ScenarioAnswer(names={"value": 3})),
}
MARKS = Marks("d3l1m1t3r", "c4n4ry")


def scenario(
    answers: Mapping[str, tuple[ScenarioAnswer, ...]] | None = None,
    end: ScenarioEnd | None = "stop",
    *,
    approves: bool = True,
    labels: Mapping[str, str] | None = None,
) -> Scenario:
    return Scenario(
        "it is too much",
        Expected(end=end),
        started_at=datetime(2026, 11, 20, 3, tzinfo=UTC),
        alert=RunAlert({"alertname": "TooMuch", "tenant": "acme", **(labels or {})}),
        answers={**ANSWERS, **(answers or {})},
        approves_changes=approves,
    )


def case(text: str = PAGE, played: Scenario | None = None, **changed: Any) -> Case:
    """Return a case with the dry run of its text."""
    runbook = parse_runbook(text, "shop.md", template("runbook"), fence_names())
    context = Context(template("runbook"), TODAY)
    rules = chosen_rules(tuple(sorted(KINDS)), ())
    found = lint_markdown(text, "shop.md", rules, context, template("postmortem"))
    gaps = gaps_of(found.findings, runbook.document.lines)
    made = rebuilt(runbook, played or scenario(), gaps, {})
    return replace(made, **changed)


def played(by: str | Player, of: Case | None = None) -> Transcript:
    """Return the transcript of a play."""
    of = of or case()
    player = scripted_player(by, template("runbook")) if isinstance(by, str) else by
    view = view_of(of.runbook.document.lines, situation_of(of.scenario), MARKS)
    return play(Play(of, view, PlayKey("", "", player.name, "")), player)


def verdict(by: str | Player, of: Case | None = None) -> PlayVerdict:
    of = of or case()
    return judge_play(of, played(by, of))


def tell(simulator: Simulator, name: str, /, **said: Any) -> ToolAnswer:
    """Return what the simulator says to one call."""
    call = parsed(ToolCall("c", name, said))
    assert not isinstance(call, Malformed), call.reason
    return simulator.answer("c", call)


def transcript(of: Case, calls: Sequence[tuple[str, Mapping[str, Any]]]) -> Transcript:
    """Return the transcript of calls as the simulator answers them."""
    simulator = Simulator(of)
    exchanges = []
    for number, (name, said) in enumerate(calls):
        call = ToolCall(f"c{number}", name, dict(said))
        read = parsed(call)
        answers: tuple[ToolAnswer, ...] = ()
        if not isinstance(read, Malformed):
            answers = (simulator.answer(call.id, read),)
        exchanges.append(Exchange(Turn((call,), "tool use"), answers))
    view = view_of(of.runbook.document.lines, situation_of(of.scenario), MARKS)
    key = PlayKey("", "", "by hand", "")
    return Transcript(key, "shop.md", of.scenario.name, view, tuple(exchanges))


def line_of(text: str, words: str) -> int:
    """Return the number of the first line that holds some words."""
    return next(n for n, line in enumerate(text.splitlines(), 1) if words in line)

"""Small runbooks for runs, from the text of their steps."""

from __future__ import annotations

from execute.fakes import World
from lint.examples import template
from runbookkit.execute.outside import Start
from runbookkit.execute.person import Nobody, Person
from runbookkit.execute.runner import Runner
from runbookkit.markdown.runbook import parse_runbook
from runbookkit.model.runbook import Runbook
from runbookkit.model.runstate import RunState
from runbookkit.queries.registry import fence_names

RUN = "run-1"
FRONT = """\
---
format: runbook/v1
title: Try it
service: demo
owner: team-demo
severity: page
alerts: [Demo]
reviewed: 2026-11-01
{inputs}---

# Try it

## Meaning

It fires.

## Impact

None.

## Diagnosis

"""


def book(steps: str, inputs: str = "") -> Runbook:
    text = FRONT.format(inputs=inputs) + steps
    return parse_runbook(text, "try.md", template("runbook"), fence_names())


def query(
    title: str,
    text: str,
    expect: str,
    *rest: str,
    lead: str = "",
    fence: str = "promql",
) -> str:
    """Return a step that asks a query; ``rest`` are its further paragraphs."""
    asked = f"**In Prometheus**{lead}:\n\n```{fence}\n{text}\n```"
    expects = [f"**Expect:** `{expect}`"] if expect else []
    return "\n\n".join([f"### {title}", asked, *expects, *rest]) + "\n\n"


def change(title: str, command: str, *rest: str, rollback: str = "") -> str:
    """Return a step that changes something in a shell."""
    undo = f"**Rollback:** `{rollback}`" if rollback else "**Rollback:** none, because"
    parts = [
        f"### {title}",
        f"**In a shell**, within 10s:\n\n```bash\n{command}\n```",
        "**Changes:** something",
        "**Expect:** `exit_code == 0`",
        undo,
        *rest,
    ]
    return "\n\n".join(parts) + "\n\n"


def ways(**targets: str) -> str:
    """Return branches: ``ways(met="stop", not_met="escalate")``."""
    labels = {"met": "Met", "not_met": "Not met"}
    return "\n".join(
        f"- **{labels.get(name, name)}:** {target}" for name, target in targets.items()
    )


def begin(
    world: World,
    runbook: Runbook,
    person: Person | None = None,
    start: Start | None = None,
) -> RunState:
    runner = Runner(RUN, runbook, world.outside(), person or Nobody())
    runner.begin(start or Start("sha256:0"))
    return runner.go()


def resume(world: World, runbook: Runbook, person: Person | None = None) -> RunState:
    runner = Runner(RUN, runbook, world.outside(), person or Nobody())
    runner.resume()
    return runner.go()

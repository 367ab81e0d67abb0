"""RB701."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runbookkit.lint.commands import Program, programs
from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.lint.tools import POSIX
from runbookkit.model.document import Heading, Prose
from runbookkit.model.runbook import Runbook
from runbookkit.queries.shell_effects import tool_names

_SYSTEMS: Final = {
    "amtool": "alertmanager",
    "aws": "amazon|aws",
    "ceph": "ceph",
    "crictl": "node|container",
    "docker": "docker|container",
    "etcdctl": "etcd",
    "gcloud": "gcp|google",
    "helm": "helm|kubernetes|cluster",
    "journalctl": "systemd|journal|shell on|host|node",
    "kubectl": "kubernetes|cluster|namespace",
    "logcli": "loki",
    "mysql": "mysql|mariadb",
    "oc": "openshift|cluster|namespace",
    "patronictl": "patroni",
    "promtool": "prometheus",
    "psql": "postgres",
    "rabbitmqctl": "rabbitmq",
    "redis-cli": "redis",
    "ssh": "ssh|shell on",
    "sudo": "sudo|root",
    "systemctl": "systemd|shell on|host|node",
    "vault": "vault",
}


@runbook_rule("RB701", level="warning", since="0.1.0", needs="format")
def undeclared_tool(runbook: Runbook, context: Context) -> Found:
    """A step calls a program that the runbook does not announce.

    ## Why is this bad?

    "Command not found", on the third step, at night. Named under `access:`,
    the program is there before it is needed, or the reader knows at once that
    somebody else has to take over.

    ## Bad

    ````markdown
    ---
    format: runbook/v1
    title: Checkout fails
    service: checkout
    owner: team-shop
    severity: page
    alerts: [CheckoutErrorsHigh]
    reviewed: 2026-11-01
    access: [Grafana viewer]
    ---

    ## Diagnosis

    ### Look at the machine

    **In a shell**:

    ```bash
    virtctl -n shop guestosinfo checkout
    ```

    **Reads only**

    **Expect:** `exit_code == 0`

    - **Not met:** escalate
    ````

    ## Good

    ````markdown
    ---
    format: runbook/v1
    title: Checkout fails
    service: checkout
    owner: team-shop
    severity: page
    alerts: [CheckoutErrorsHigh]
    reviewed: 2026-11-01
    access: [Grafana viewer, "kubectl and virtctl, reader of namespace shop"]
    ---

    ## Diagnosis

    ### Look at the machine

    **In a shell**:

    ```bash
    virtctl -n shop guestosinfo checkout
    ```

    **Reads only**

    **Expect:** `exit_code == 0`

    - **Not met:** escalate
    ````
    """
    run = [each for each in programs(runbook) if each.role in {"action", "rollback"}]
    if not run:
        return
    access = " ".join(runbook.metadata.access).lower()
    told = " ".join(_told(runbook)).lower()
    seen: set[str] = set()
    for program in run:
        for name in tool_names(program.text):
            if name in seen or name in POSIX or "/" in name:
                continue
            seen.add(name)
            if not _is_named(name, access, told):
                yield _problem(program, name)


def _told(runbook: Runbook) -> Iterator[str]:
    for block in runbook.document.blocks:
        if isinstance(block, Heading):
            yield block.title
        elif isinstance(block, Prose) and not block.text.startswith("**Rollback"):
            yield block.text


def _is_named(name: str, access: str, told: str) -> bool:
    word = re.compile(rf"(?<![\w-]){re.escape(name.lower())}(?![\w-])")
    if word.search(access) or word.search(told):
        return True
    system = _SYSTEMS.get(name)
    return system is not None and bool(re.search(rf"\b(?:{system})", access))


def _problem(program: Program, name: str) -> Problem:
    for command in program.commands:
        if name in (command.name, *command.prefixes):
            where = program.span_of(command)
            break
    else:
        where = program.source.span
    return Problem(
        where, f"nothing says that {name!r} is needed; name it under `access:`"
    )

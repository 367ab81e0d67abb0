"""RB301."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runbookkit.lint.bindings import bindings
from runbookkit.lint.commands import programs
from runbookkit.lint.context import Context
from runbookkit.lint.foreign import (
    Foreign,
    foreign_placeholders,
    is_explained,
    is_listed,
)
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.lint.uses import uses
from runbookkit.model.runbook import Runbook

_SAYS_WHERE: Final = re.compile(
    r"\b(?:from|label|above|below|previous|earlier|identified|affected|of the)\b",
    re.IGNORECASE,
)


@runbook_rule("RB301", level="error", since="0.1.0", needs="nothing")
def undefined_name(runbook: Runbook, context: Context) -> Found:
    """A command uses a name, and nothing says where its value comes from.

    ## Why is this bad?

    Somebody types a guess into a command that deletes things.

    In a runbook of this format a name is an input, a capture of an earlier
    step, or one of the alert's `labels` and `annotations`. In other markdown
    this is about placeholders such as `<pod>`, `$POD` and `[POD]` that no
    sentence explains and no earlier command lists.

    ## Bad

    ````markdown
    ### Delete the broken pod

    **In a shell**, within 60s:

    ```bash
    kubectl -n shop delete pod {{ pod }}
    ```

    **Changes:** one pod of the shop starts anew

    **Expect:** `exit_code == 0`

    **Rollback:** none, because the deployment starts another pod

    - **Met:** continue
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
    inputs:
      pod:
        description: The pod that fails
        from: labels.pod
    ---

    ### Delete the broken pod

    **In a shell**, within 60s:

    ```bash
    kubectl -n shop delete pod {{ pod }}
    ```

    **Changes:** one pod of the shop starts anew

    **Expect:** `exit_code == 0`

    **Rollback:** none, because the deployment starts another pod

    - **Met:** continue
    - **Not met:** escalate
    ````
    """
    if runbook.declared:
        yield from _undefined(runbook)
    else:
        yield from _foreign(runbook)


def _undefined(runbook: Runbook) -> Iterator[Problem]:
    bound = bindings(runbook)
    if bound.unreadable:
        return
    known = (*bound.inputs, *bound.captured)
    for use in uses(runbook):
        if use.name and bound.state(use.name, use.step) == "never":
            yield Problem(
                use.span,
                f"{use.name!r} is no input, no capture and nothing of the alert"
                f"{_near(use.name, known)}",
            )


def _near(name: str, known: tuple[str, ...]) -> str:
    import difflib  # noqa: PLC0415  only for the hint

    near = difflib.get_close_matches(name, known, 2, 0.6)
    if near:
        return f"; did you mean {' or '.join(near)}?"
    return f"; declare it under `inputs:`, or write labels.{name.rpartition('.')[2]}"


def _foreign(runbook: Runbook) -> Iterator[Problem]:
    seen: set[str] = set()
    for each in foreign_placeholders(runbook):
        key = " ".join(each.words)
        if key in seen:
            continue
        seen.add(key)
        if _runs(each, runbook) and not (
            _explained(each, runbook) or is_listed(each, runbook)
        ):
            yield Problem(
                each.span,
                f"nothing says where the value of {each.text!r} comes from; explain"
                " it before its first use",
                level="warning",
            )


def _runs(each: Foreign, runbook: Runbook) -> bool:
    """Tell whether it stands in a command, and not in a message in quotes."""
    return any(
        command.start <= each.start < command.end and " " not in command.name
        for program in programs(runbook)
        if program.source is each.source
        for command in program.commands
    )


def _explained(each: Foreign, runbook: Runbook) -> bool:
    says_itself = " " in each.name and _SAYS_WHERE.search(each.name)
    return bool(says_itself) or is_explained(each, runbook)

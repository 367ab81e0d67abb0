"""RB303."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runbookkit.lint.commands import Program, programs
from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.lint.tools import KNOWN
from runbookkit.model.runbook import Runbook

_POD: Final = re.compile(
    r"(?<![\w./=-])(?:pods?/|po/)?(?P<name>[a-z][a-z0-9-]*-"
    r"(?=[a-f0-9]*\d)[a-f0-9]{8,10}-(?=[a-z0-9]*\d|[bcdfghjklmnpqrstvwxz]{5}\b)"
    r"[bcdfghjklmnpqrstvwxz2-9]{5})\b(?!-)"
)
_INSTANCE: Final = re.compile(
    r"(?<![\w-])(?P<name>i-(?=[0-9a-f]*\d)(?:[0-9a-f]{17}|[0-9a-f]{8})"
    r"|ip-\d{1,3}(?:-\d{1,3}){3}(?:\.[a-z0-9.-]+)?)\b"
)
_ADDRESS: Final = re.compile(
    r"(?<![\w.-])(?<![\w.-]/)(?P<name>(?:\d{1,3}\.){3}\d{1,3})(?!\w|/\d|\.\d|-\d)"
)
_HINT: Final = re.compile(r"-[a-f0-9]{8}|\d\.\d{1,3}\.\d{1,3}\.\d|ip-\d")
_EXAMPLES: Final = frozenset({(192, 0, 2), (198, 51, 100), (203, 0, 113)})
"""Networks for documentation."""
_PUBLIC: Final = frozenset({"1.1.1.1", "8.8.8.8", "8.8.4.4", "9.9.9.9"})


@runbook_rule("RB303", level="warning", since="0.1.0", needs="nothing")
def frozen_identifier(runbook: Runbook, context: Context) -> Found:
    """A command names one pod, machine or address of the day it was written.

    ## Why is this bad?

    That pod died years ago. At best the command fails; at worst the address
    belongs to something else now.

    ## Bad

    ````markdown
    ### Look at the log

    **In a shell**, within 15s:

    ```bash
    kubectl -n shop logs checkout-8bc47b7b4-d6g8f --since=5m
    ```

    **Reads only**

    **Expect:** the log can be read: `exit_code == 0`

    - **Not met:** escalate
    ````

    ## Good

    ````markdown
    ### Look at the log

    **In a shell**, within 15s:

    ```bash
    kubectl -n shop logs deploy/checkout --since=5m
    ```

    **Reads only**

    **Expect:** the log can be read: `exit_code == 0`

    - **Met:** continue
    - **Not met:** escalate
    ````
    """
    for program in programs(runbook):
        if _HINT.search(program.text):
            for what, match in _frozen(program):
                if not _is_typed(program, match.start()):
                    continue
                yield Problem(
                    program.source.span_of(*match.span("name")),
                    f"{match['name']!r} is {what} of one day; name it by a label, a"
                    " selector or an input",
                )


def _is_typed(program: Program, place: int) -> bool:
    """Tell whether a place is in a command, and not in an answer shown below it."""
    return any(
        command.start <= place < command.end and command.name in KNOWN
        for command in program.commands
    )


def _frozen(program: Program) -> Iterator[tuple[str, re.Match[str]]]:
    for match in _POD.finditer(program.text):
        yield "a pod", match
    for match in _INSTANCE.finditer(program.text):
        yield "a machine", match
    for match in _ADDRESS.finditer(program.text):
        if _is_one_machine(match["name"]):
            yield "an address", match


def _is_one_machine(text: str) -> bool:
    """Tell whether an address is of a machine, and not of an example or of itself."""
    octets = tuple(int(each) for each in text.split("."))
    return (
        max(octets) <= 255
        and 0 < octets[0] < 224
        and octets[0] != 127
        and octets[:2] != (169, 254)
        and octets[:3] not in _EXAMPLES
        and text not in _PUBLIC
    )

"""RB210."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runbookkit.lint.commands import Program, programs
from runbookkit.lint.context import Context
from runbookkit.lint.query_blocks import Query, queries
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook
from runbookkit.queries.shell_commands import Command

_DOTS: Final = re.compile(r"(?<!\.)\.\.\.(?!\.)|\u2026")
_STRING: Final = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|`[^`]*`|(?:#|//).*")
_SPOKEN: Final = frozenset({"echo", "printf", "logger", "read"})


@runbook_rule("RB210", level="error", since="0.1.0", needs="nothing")
def elided_command(runbook: Runbook, context: Context) -> Found:
    """A command leaves a part out.

    ## Why is this bad?

    The author knew what the dots stand for. The reader guesses, and a machine
    passes them on as three dots.

    ## Bad

    ````markdown
    ### Look at the pods

    ```bash
    kubectl -n shop get pods ...
    ```
    ````

    ## Good

    ````markdown
    ### Look at the pods

    **In a shell**:

    ```bash
    kubectl -n shop get pods --selector app=checkout
    ```

    **Reads only**

    **Expect:** `exit_code == 0`

    - **Not met:** escalate
    ````
    """
    for program in programs(runbook):
        if _DOTS.search(program.transcript.text):
            for command in program.commands:
                yield from _in_command(program, command)
    for query in queries(runbook):
        if _DOTS.search(query.block.text):
            yield from _in_query(query)


def _in_command(program: Program, command: Command) -> Iterator[Problem]:
    log_line = bool(command.assignments) and bool(_DOTS.search(command.name))
    if command.name in _SPOKEN or log_line:
        return
    for word, (start, end) in zip(command.words, command.spans, strict=True):
        written = program.source.text[start:end]
        if not _DOTS.search(word) or written[:1] in {"'", '"', "$"}:
            continue
        if _is_meant(command, word):
            continue
        yield Problem(
            program.source.span_of(start, end),
            f"{written!r} leaves a part of the command out; write it in full, with a"
            " placeholder such as `<name>` where it varies",
        )


def _is_meant(command: Command, word: str) -> bool:
    ranges = command.name in {"git", "gh"} and word not in {"...", "\u2026"}
    packages = word.endswith("/...") and command.name in {"go", "bazel", "buck"}
    inside = bool(command.within) and len(set(command.spans)) == 1
    return ranges or packages or inside or any(each in word for each in "\"'\n ")


def _in_query(query: Query) -> Iterator[Problem]:
    bare = _STRING.sub(lambda match: " " * len(match[0]), query.block.text)
    for match in _DOTS.finditer(bare):
        yield Problem(
            query.block.span_of(*match.span()),
            f"{match[0]!r} leaves a part of the query out; write it in full",
        )

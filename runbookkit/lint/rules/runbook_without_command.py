"""RB200."""

from __future__ import annotations

import re
from typing import Final

from runbookkit.lint.commands import programs
from runbookkit.lint.context import Context
from runbookkit.lint.fences import query_language
from runbookkit.lint.query_blocks import queries
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.markdown.inline import code_spans
from runbookkit.model.document import CodeBlock, Prose
from runbookkit.model.runbook import Runbook

_CODE: Final = frozenset(
    {"bt", "cypher", "graphql", "http", "javascript", "mongodb", "powershell", "ps1"}
    | {"python", "py", "ruby", "sql", "mysql", "psql", "redis", "hcl", "cql", "kql"}
)
_QUERY: Final = re.compile(r"\w\{[^}]*=|\[\d+[smhd]\]|\b[a-z_]+\s*\(.*\)|\bSELECT\b")


@runbook_rule("RB200", level="error", since="0.1.0", needs="nothing")
def runbook_without_command(runbook: Runbook, context: Context) -> Found:
    """A runbook holds nothing that can be run.

    ## Why is this bad?

    It explains and does not help. Whoever is paged has to work out, half
    asleep, the command that its author had in mind.

    ## Bad

    ````markdown
    # DiskFull

    ## Meaning

    A disk is full.

    ## Diagnosis

    Find out what fills it.

    ## Mitigation

    Remove what is not needed.
    ````

    ## Good

    ````markdown
    ### The failures are still there

    **In Prometheus**, over the last 15m:

    ```promql
    sum(rate(http_requests_total{code=~"5.."}[5m]))
    ```

    **Expect:** fewer than 1 failed request per second: `series[0].last < 1.0`

    - **Met:** stop
    - **Not met:** continue
    ````
    """
    title = runbook.document.title
    where = title.span if title else runbook.document.line_span(1)
    if runbook.declared:
        if not any(step.action for step in runbook.steps):
            yield Problem(
                where, "no step runs anything; give a step a command or a query"
            )
    elif not (programs(runbook) or queries(runbook) or _holds_code(runbook)):
        yield Problem(
            where,
            "nothing here can be run; add the commands or queries that a person needs",
        )


def _holds_code(runbook: Runbook) -> bool:
    for block in runbook.document.blocks:
        if isinstance(block, CodeBlock) and (
            block.language in _CODE or query_language(block.text)
        ):
            return True
        if isinstance(block, Prose) and any(
            _QUERY.search(match[2]) for match in code_spans(block.text)
        ):
            return True
    return False

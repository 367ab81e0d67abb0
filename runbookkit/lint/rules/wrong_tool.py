"""RB704."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.fences import query_language, retag
from runbookkit.lint.query_blocks import queries
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.lint.transcripts import SESSION_FENCES
from runbookkit.model.document import CodeBlock
from runbookkit.model.runbook import SHELL_FENCES, LeadLine, Runbook
from runbookkit.queries.language import Language
from runbookkit.queries.registry import language_of, languages

_SHELLS: Final = SHELL_FENCES | SESSION_FENCES


@runbook_rule("RB704", level="error", since="0.1.0", needs="nothing")
def wrong_tool(runbook: Runbook, context: Context) -> Found:
    """A query is sent to a tool that does not speak its language.

    ## Why is this bad?

    It is a parse error at the worst moment. A fence tagged `bash` with PromQL
    in it is pasted into a shell, and a lead line that says Loki sends the
    reader to the wrong page.

    ## Bad

    ````markdown
    ### Count the failed requests

    **In Loki**:

    ```promql
    sum(rate(http_requests_total{code=~"5.."}[5m]))
    ```

    **Expect:** fewer than 0.1 per second: `value < 0.1`

    - **Not met:** escalate
    ````

    ## Good

    ````markdown
    ### Count the failed requests

    **In Prometheus**:

    ```promql
    sum(rate(http_requests_total{code=~"5.."}[5m]))
    ```

    **Expect:** fewer than 0.1 per second: `value < 0.1`

    - **Not met:** escalate
    ````
    """
    if runbook.declared:
        yield from _leads(runbook)
    yield from _queries(runbook, context)
    for block in runbook.document.blocks:
        if isinstance(block, CodeBlock) and block.language in _SHELLS:
            other = query_language(block.text)
            if other:
                yield Problem(
                    block.block,
                    f"this is no shell command but {other}; tag the fence `{other}`",
                    retag(runbook.document, block, other),
                )


def _queries(runbook: Runbook, context: Context) -> Iterator[Problem]:
    for query in queries(runbook):
        result = query.check(context.options.versions)
        if not any(each.level == "error" for each in result.problems):
            continue
        other = query_language(query.text)
        if other not in {"", query.language.name}:
            yield Problem(
                query.block.block,
                f"this is no {query.language.name} but {other}; tag the fence `{other}`"
                " and name its tool",
                retag(runbook.document, query.block, other),
            )


def _leads(runbook: Runbook) -> Iterator[Problem]:
    for step in runbook.steps:
        if step.action is None or step.action.lead is None:
            continue
        language = language_of(step.action.language)
        if language is not None:
            yield from _lead(step.action.lead, language)


def _lead(lead: LeadLine, language: Language) -> Iterator[Problem]:
    if _speaks(lead.tool, language):
        return
    others = [each for each in languages() if _speaks(lead.tool, each)]
    tool = language.tools[0] if language.tools else language.name
    if others:
        message = (
            f"{lead.tool!r} does not read {language.name}; write {tool!r}, or tag the"
            f" fence `{others[0].fences[0]}`"
        )
        yield Problem(lead.span, message)
    else:
        message = f"{lead.tool!r} is no known tool for {language.name}; write {tool!r}"
        yield Problem(lead.span, message, level="warning")


def _speaks(tool: str, language: Language) -> bool:
    return any(
        re.search(rf"\b{re.escape(name)}\b", tool, re.IGNORECASE)
        for name in (*language.tools, language.name)
    )

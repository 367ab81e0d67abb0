"""RB203."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from runbookkit.errors import CouldNotCheckError
from runbookkit.lint.commands import Program, programs
from runbookkit.lint.context import Context
from runbookkit.lint.fences import query_language
from runbookkit.lint.query_blocks import Query, checked, queries
from runbookkit.lint.rule import CouldNotCheck, Found, Outcome, Problem, runbook_rule
from runbookkit.model.runbook import SHELL_FENCES, Runbook
from runbookkit.model.span import Span
from runbookkit.queries.language import Checked, QueryProblem

_PLAIN: Final = re.compile(r"[\w\s./:,@%=+-]*")
_RESERVED: Final = re.compile(
    r"\b(?:case|coproc|do|done|elif|else|esac|fi|for|function|if|in|select|then|time"
    r"|until|while)\b"
)


@runbook_rule("RB203", level="error", since="0.1.0", needs="nothing")
def unparsable_command(runbook: Runbook, context: Context) -> Found:
    """A command or query is not valid in its language.

    ## Why is this bad?

    It fails at the worst moment, and leaves a doubt: is it me, the tool, or the
    page? The check needs no server. Placeholders count as words.

    ## Bad

    ````markdown
    ### Count the failed requests

    **In Prometheus**:

    ```promql
    sum(rate(http_requests_total{code=~"5.."}[5m])
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

    ## Options

    `lint.versions` names the versions of Prometheus, Loki and Tempo, so that a
    query is judged by what these servers accept.
    """
    for query in queries(runbook):
        result = query.check(context.options.versions)
        if query.language.name != "bpftrace":
            yield from _outcomes(query, result)
        else:
            # what it leaves open, bpftrace itself decides
            yield from _outcomes(query, replace(result, unchecked=""))
            if not _errors(result):
                yield from _asked(query, context)
    for program in programs(runbook):
        if not _is_tagged(program) or _is_plain(program.text):
            continue
        if not query_language(program.transcript.text):
            result = checked("shell", program.text, "")
            yield from _shell(program, result)


def _is_tagged(program: Program) -> bool:
    return program.block is not None and (
        program.block.language in SHELL_FENCES and program.role != "rollback"
    )


def _is_plain(text: str) -> bool:
    """Tell at a glance that shell text parses: words, and nothing that opens."""
    return bool(_PLAIN.fullmatch(text)) and not _RESERVED.search(text)


def _errors(result: Checked) -> bool:
    return any(problem.level == "error" for problem in result.problems)


def _outcomes(query: Query, result: Checked) -> Iterator[Outcome]:
    for problem in result.problems:
        name = query.language.name
        yield _problem(problem, query.span_of(problem), name)
    if result.unchecked:
        yield CouldNotCheck(query.block.block, result.unchecked)


def _shell(program: Program, result: Checked) -> Iterator[Outcome]:
    for problem in result.problems:
        where = program.source.span_of(problem.start, problem.end)
        yield _problem(problem, where, "the shell")
    if result.unchecked:
        yield CouldNotCheck(program.place, result.unchecked)


def _problem(problem: QueryProblem, span: Span, language: str) -> Problem:
    verdict = "is not valid" if problem.level == "error" else "is doubtful"
    cure = "" if ";" in problem.message else "; correct it"
    return Problem(
        span,
        f"this {verdict} for {language}: {problem.message}{cure}",
        level=problem.level,
    )


def _asked(query: Query, context: Context) -> Iterator[Outcome]:
    """Ask bpftrace itself, which knows the probes and their fields."""
    if context.bpftrace is None:
        yield CouldNotCheck(
            query.block.block,
            "bpftrace's own check was not run: this run has no bpftrace to ask",
        )
        return
    try:
        result = context.bpftrace(query.text)
    except CouldNotCheckError as error:
        yield CouldNotCheck(query.block.block, f"bpftrace's own check: {error}")
        return
    yield from _outcomes(query, result)

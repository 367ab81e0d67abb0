"""PromQL: metrics of Prometheus, and of the stores that speak its language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from runbookkit.queries.bounds import refusal
from runbookkit.queries.language import Checked, QueryProblem
from runbookkit.queries.promql_faults import fault
from runbookkit.queries.promql_grammar import BINARY, JOINTS
from runbookkit.queries.promql_library import shape
from runbookkit.queries.promql_selectors import matcher_problems, selectors
from runbookkit.queries.promql_tokens import (
    Token,
    bracket_problem,
    tokenise,
    word_problems,
)
from runbookkit.queries.promql_versions import version_problems

_DEEPEST: Final = 300
"""Operators and brackets; the library's stack ends the whole process at some 4,000."""
_DEEPENING: Final = BINARY | JOINTS | {"(", "["}
_COMMANDS: Final = frozenset(
    (
        *(
            "aws",
            "cat",
            "curl",
            "dig",
            "docker",
            "gcloud",
            "grep",
            "helm",
            "journalctl",
        ),
        *(
            "kubectl",
            "oc",
            "ping",
            "promtool",
            "psql",
            "ssh",
            "sudo",
            "systemctl",
            "wget",
        ),
    )
)


def check_promql(query: str, version: str = "") -> Checked:
    """Return whether Prometheus would accept the query.

    Whether it is asked for one moment or for a range is not the query's to say;
    only one that ends in a range such as ``up[5m]`` has a shape of its own.

    >>> check_promql("sum(rate(http_requests_total))").problems[0].message
    '`rate` needs a range; write one after the selector, as `[5m]`'
    """
    refused = refusal(query)
    if refused:
        return Checked((refused,))
    tokens = tokenise(query)
    problems = _of_words(tokens, query)
    if not problems and _is_deep(tokens):
        return Checked(unchecked=f"more than {_DEEPEST} operators and brackets")
    problems = problems or _of_query(tokens, version)
    if problems:
        return Checked(_ordered(problems, tokens, query))
    found = selectors(tokens)
    return Checked(
        metrics=tuple(each.metric for each in found if each.metric),
        kind="range" if shape(tokens) == "range" else None,
        unbounded=next((each.unbounded for each in found if each.unbounded), ""),
    )


def _ordered(
    problems: list[QueryProblem], tokens: Sequence[Token], query: str
) -> tuple[QueryProblem, ...]:
    command = tokens[0].text if tokens else ""
    if command in _COMMANDS and len(tokens) > 1:
        message = "this reads like a shell command; write it in a `bash` block"
        return (QueryProblem(message, 0, len(query)),)
    return tuple(sorted(problems, key=lambda each: each.start))


def _of_words(tokens: Sequence[Token], query: str) -> list[QueryProblem]:
    if not tokens:
        return [QueryProblem("the query is only a comment", 0, len(query))]
    found = list(word_problems(tokens, query))
    unbalanced = bracket_problem(tokens)
    if found or not unbalanced:
        return found
    # what is wrong inside braces often is why they seem never to close
    earlier = (each for each in matcher_problems(tokens) if each.start < unbalanced.end)
    return [next(earlier, unbalanced)]


def _is_deep(tokens: Sequence[Token]) -> bool:
    return sum(each.text.lower() in _DEEPENING for each in tokens) > _DEEPEST


def _of_query(tokens: Sequence[Token], version: str) -> list[QueryProblem]:
    found = [*matcher_problems(tokens), *version_problems(tokens, version)]
    if not found:
        found = list(filter(None, [fault(tokens)]))
    return found

"""TraceQL: traces of Tempo, and metrics computed from them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from runbookkit.queries import lark_grammar
from runbookkit.queries.bounds import refusal
from runbookkit.queries.language import Checked
from runbookkit.queries.traceql_messages import syntax_problem
from runbookkit.queries.traceql_rules import is_metric, problems, unbounded

if TYPE_CHECKING:
    from lark import Lark


@cache
def _parser() -> Lark:
    return lark_grammar.build("traceql.lark")


def check_traceql(query: str, version: str = "") -> Checked:
    """Return whether Tempo would accept the query.

    ``kind`` is ``traces`` for a query that finds traces and ``None`` for one that
    returns numbers.

    >>> check_traceql("{ status = error } | rate() > 10", "2.10").problems[0].message
    'a comparison after a metrics function is known since Tempo 3.0'
    """
    refused = refusal(query)
    if refused:
        return Checked((refused,))
    tree = lark_grammar.parse(_parser(), query)
    if isinstance(tree, lark_grammar.SyntaxFault):
        return Checked((syntax_problem(tree, query),))
    return Checked(
        tuple(sorted(problems(tree, version), key=lambda each: each.start)),
        kind=None if is_metric(tree) else "traces",
        unbounded=unbounded(tree),
    )

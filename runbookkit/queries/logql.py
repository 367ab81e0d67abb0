"""LogQL: log lines of Loki, and metrics computed from them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from runbookkit.queries import lark_grammar
from runbookkit.queries.bounds import refusal
from runbookkit.queries.language import Checked
from runbookkit.queries.logql_messages import syntax_problem
from runbookkit.queries.logql_rules import problems, unbounded
from runbookkit.queries.parse_tree import is_a

if TYPE_CHECKING:
    from lark import Lark


@cache
def _parser() -> Lark:
    return lark_grammar.build("logql.lark")


def check_logql(query: str, version: str = "") -> Checked:
    """Return whether Loki would accept the query.

    ``kind`` is ``logs`` for a query that returns lines and ``None`` for one that
    returns numbers.

    >>> check_logql('{app="x"} |= "error"').kind
    'logs'
    >>> check_logql('sum(rate({app="x"}))').problems[0].message
    'a range such as `[5m]` is missing before `)`'
    """
    refused = refusal(query)
    if refused:
        return Checked((refused,))
    tree = lark_grammar.parse(_parser(), query)
    if isinstance(tree, lark_grammar.SyntaxFault):
        return Checked((syntax_problem(tree, query),))
    root = tree.children[0]
    return Checked(
        tuple(sorted(problems(tree, version), key=lambda each: each.start)),
        kind="logs" if is_a(root, "log_query") else None,
        unbounded=unbounded(tree),
    )

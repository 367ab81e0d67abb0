"""The selectors of a PromQL query that reach over a range, and ranges for counters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

_INSIDE: Final = ("expr", "lhs", "rhs", "vector_selector", "param")


def ranged(query: str) -> tuple[str, ...]:
    """Return the selectors whose range a query looks at, each once.

    Raises:
        ValueError: It is no PromQL.

    >>> ranged('sum(rate(a_total{code=~"5.."}[5m])) / sum(rate(a_total[5m]))')
    ('a_total{code=~"5.."}', 'a_total')
    """
    import promql_parser

    found = (
        node.vector_selector.prettify()
        for node in _nodes(promql_parser.parse(query))
        if type(node).__name__ == "MatrixSelector"
    )
    return tuple(dict.fromkeys(found))


def pinned(query: str) -> bool:
    """Tell whether a query looks at another time than it is asked for.

    Raises:
        ValueError: It is no PromQL.

    >>> pinned("rate(a_total[5m] offset 1h)"), pinned("rate(a_total[5m])")
    (True, False)
    """
    import promql_parser

    return any(
        getattr(node, name, None) is not None
        for node in _nodes(promql_parser.parse(query))
        for name in ("at", "offset")
    )


def by_label(query: str, label: str) -> str:
    """Return a query of sums as one for each value of a label.

    Empty when something else than plain sums is in it.

    >>> by_label('sum(rate(a_total[5m])) or vector(0)', "tenant")
    'sum by (tenant) (rate(a_total[5m])) or vector(0)'
    >>> by_label("max(a)", "tenant")
    ''
    """
    import promql_parser

    try:
        nodes = list(_nodes(promql_parser.parse(query)))
    except ValueError:
        return ""
    sums = [node for node in nodes if type(node).__name__ == "AggregateExpr"]
    plain = all(str(node.op) == "sum" and node.modifier is None for node in sums)
    if not sums or not plain or not _LABEL.fullmatch(label):
        return ""
    # a string may hold the word too
    parts = _STRING.split(query)
    parts[::2] = [_SUM.sub(f"sum by ({label}) (", part) for part in parts[::2]]
    return "".join(parts)


_LABEL: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_SUM: Final = re.compile(r"\bsum\s*\(", re.IGNORECASE)
_STRING: Final = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)""")


def per_second(query: str) -> str:
    """Return a query of a counter as one of its rate, with the window left open.

    Empty when the query is neither a counter nor a sum of one.

    >>> per_second("sum(a_total)")
    'sum(rate(a_total[{{.window}}]))'
    >>> per_second("a_total")
    'sum(rate(a_total[{{.window}}]))'
    >>> per_second("max(a_total) - 3")
    ''
    """
    import promql_parser

    try:
        tree: Any = promql_parser.parse(query)
    except ValueError:
        return ""
    if type(tree).__name__ == "ParenExpr":
        tree = tree.expr
    if type(tree).__name__ == "AggregateExpr":
        if str(tree.op) != "sum" or tree.modifier is not None:
            return ""
        tree = tree.expr
    if type(tree).__name__ != "VectorSelector":
        return ""
    return f"sum(rate({tree.prettify()}[{{{{.window}}}}]))"


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for name in _INSIDE:
        child = getattr(node, name, None)
        if child is not None and hasattr(child, "prettify"):
            yield from _nodes(child)
    for child in getattr(node, "args", None) or ():
        yield from _nodes(child)

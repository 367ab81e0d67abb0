"""What Loki refuses although the grammar allows it, metrics and selectors first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from runbookkit.queries.durations import is_duration, prometheus_milliseconds
from runbookkit.queries.go_strings import unquote
from runbookkit.queries.language import QueryProblem
from runbookkit.queries.literals import escape_problem, regex_problem
from runbookkit.queries.logql_stages import STAGE_RULES
from runbookkit.queries.logql_versions import newer_than
from runbookkit.queries.matchers import narrows, takes_empty
from runbookkit.queries.parse_tree import (
    Node,
    Word,
    child,
    children,
    fault_at,
    is_a,
    walk,
    word,
    words,
)

Problems: TypeAlias = Iterator[QueryProblem]

_GROUPABLE: Final = frozenset(
    (
        "avg_over_time",
        "min_over_time",
        "max_over_time",
        "stdvar_over_time",
        "stddev_over_time",
        "quantile_over_time",
        "first_over_time",
        "last_over_time",
    )
)
_NEED_UNWRAP: Final = _GROUPABLE | {"sum_over_time", "rate_counter"}
_REFUSE_UNWRAP: Final = frozenset(("count_over_time", "bytes_rate", "bytes_over_time"))
_LIMITED: Final = frozenset(("topk", "bottomk", "approx_topk"))
_UNGROUPABLE: Final = frozenset(("approx_topk", "sort", "sort_desc"))
_SET_OPERATORS: Final = frozenset(("OR", "AND", "UNLESS"))
_COUNT: Final = re.compile(r"0*[1-9]\d{0,17}")


def problems(tree: Node, version: str) -> Problems:
    """Return what is wrong with a query that parses."""
    constants: set[int] = set()
    for node in walk(tree):
        for each in words(node):
            yield from _of_word(each)
        yield from newer_than(node, version)
        rule = _RULES.get(node.data)
        if rule:
            yield from rule(node)
        if is_a(node, "metric_query"):
            yield from _literals_in_sets(node, constants)


def unbounded(tree: Node) -> str:
    """Return why a query reads the logs of everything, if it does."""
    selectors = [node for node in walk(tree) if is_a(node, "selector")]
    if not selectors or any(map(_narrows, selectors)):
        return ""
    return "no label of the selector is held to a value, so it reads every log stream"


def _narrows(selector: Node) -> bool:
    return any(
        narrows(str(operator), unquote(str(literal)).value)
        for _, operator, literal in map(words, children(selector, "matcher"))
    )


def _of_word(each: Word) -> Problems:
    start, text = each.start_pos or 0, str(each)
    if each.type == "STRING":
        problem = escape_problem(text, start)
        if problem:
            yield problem
    elif each.type == "RANGE" and prometheus_milliseconds(text[1:-1]) is None:
        yield fault_at(each, _bad_range(text[1:-1]))
    elif each.type == "DURATION" and not is_duration(text):
        yield fault_at(
            each,
            f"`{text}` is no duration; write units from large to small, as `1d12h`",
        )


def _bad_range(inside: str) -> str:
    if not inside.strip():
        return "the range is empty; write one such as `[5m]`"
    if ":" in inside:
        return "LogQL has no subqueries; write one range such as `[5m]`"
    if re.search(r"\s", inside):
        return f"`[{inside}]` is no range; leave out the spaces"
    if "." in inside:
        return f"`[{inside}]` is no range; write whole numbers, as `[1h30m]`"
    return f"`[{inside}]` is no range; write one such as `[5m]` or `[1h30m]`"


def _selector(node: Node) -> Problems:
    may_be_empty = True
    for matcher in children(node, "matcher"):
        _, operator, literal = words(matcher)
        read = unquote(str(literal))
        problem = None
        if operator.type in ("MATCHES", "MATCHES_NOT"):
            problem = regex_problem(str(literal), literal.start_pos or 0)
        if problem:
            yield problem
        if problem or read.problem:
            may_be_empty = False
        may_be_empty = may_be_empty and takes_empty(str(operator), read.value)
    if may_be_empty:
        yield fault_at(
            node,
            "a selector must hold one label to a value that is not empty, "
            'such as `{app="checkout"}`',
        )


def _range_aggregation(node: Node) -> Problems:
    function = word(node, "RANGE_FUNCTION")
    name = function.lower()
    parameter = next((each for each in words(node) if each.type == "NUMBER"), None)
    unwrap = child(node, "unwrap")
    if name in _NEED_UNWRAP and unwrap is None:
        yield fault_at(
            function, f"`{name}` needs a number: add `| unwrap label` before the range"
        )
    if name in _REFUSE_UNWRAP and unwrap is not None:
        yield fault_at(unwrap, f"`{name}` counts lines or bytes; leave out `| unwrap`")
    if name == "quantile_over_time" and parameter is None:
        yield fault_at(
            function, f"`{name}` needs the quantile first, as `{name}(0.99, …)`"
        )
    if name != "quantile_over_time" and parameter is not None:
        yield fault_at(parameter, f"`{name}` takes no number before the selector")
    if parameter is not None:
        yield from _decimal(parameter)
    grouping = child(node, "grouping")
    if grouping is not None and name not in _GROUPABLE:
        yield fault_at(
            grouping,
            f"`{name}` cannot group; group around it, as `sum by (…) ({name}(…))`",
        )


def _vector_aggregation(node: Node) -> Problems:
    function = word(node, "VECTOR_FUNCTION")
    name = function.lower()
    arguments = children(node, "metric_query")
    if name in _LIMITED:
        if len(arguments) != 2:
            yield fault_at(
                function, f"`{name}` needs a number first, as `{name}(5, …)`"
            )
        elif not _is_count(arguments[0]):
            yield fault_at(
                arguments[0],
                f"the first argument of `{name}` must be a whole number above 0, "
                f"as `{name}(5, …)`",
            )
    elif len(arguments) != 1:
        yield fault_at(arguments[0], f"`{name}` takes one argument")
    grouping = child(node, "grouping")
    if grouping is not None and name in _UNGROUPABLE:
        yield fault_at(
            grouping,
            f"`{name}` cannot group; group inside it, as `{name}(sum by (…) …)`",
        )


def _is_count(argument: Node) -> bool:
    literal = child(argument, "literal")
    if literal is None or len(argument.children) != 1 or len(literal.children) != 1:
        return False
    return _COUNT.fullmatch(str(words(literal)[0])) is not None


def _decimal_only(node: Node) -> Problems:
    yield from _decimal(word(node, "NUMBER"))


def _decimal(number: Word) -> Problems:
    text = str(number)
    if re.search("[xXoO_]|0[bB]", text):
        yield fault_at(number, f"`{text}` must be written as a decimal number here")
    elif float(text) == float("inf"):
        yield fault_at(number, f"`{text}` is too large for a number")


def _label_replace(node: Node) -> Problems:
    pattern = words(node)[-1]
    problem = regex_problem(str(pattern), pattern.start_pos or 0)
    if problem:
        yield problem


def _literals_in_sets(node: Node, constants: set[int]) -> Problems:
    """Find numbers beside ``and``, ``or`` and ``unless``, which take series only.

    ``constants`` gathers the queries that are numbers only; walking meets a group's
    query before the query that the group stands in.
    """
    runs: list[list[Node | Word]] = [[]]
    joints: list[str] = []
    for part in node.children:
        if not is_a(part, "operator"):
            runs[-1].append(part)
        elif words(part)[0].type in _SET_OPERATORS:
            joints.append(words(part)[0].lower())
            runs.append([])
    constant = [all(_is_constant(each, constants) for each in run) for run in runs]
    if all(constant):
        constants.add(id(node))
    if not joints:
        return
    for run, is_constant, joint in zip(
        runs, constant, [*joints, joints[-1]], strict=True
    ):
        if is_constant:
            yield fault_at(
                run[0], f"`{joint}` joins series; write `vector(…)` around a number"
            )


def _is_constant(operand: Node | Word, constants: set[int]) -> bool:
    if is_a(operand, "literal"):
        return True
    return is_a(operand, "group") and id(operand.children[0]) in constants


_RULES: Final[dict[str, Callable[[Node], Problems]]] = {
    "selector": _selector,
    "range_aggregation": _range_aggregation,
    "vector_aggregation": _vector_aggregation,
    "literal": _decimal_only,
    "vector": _decimal_only,
    "label_replace": _label_replace,
    **STAGE_RULES,
}

"""The order of TraceQL's stages, and what a version of Tempo knows of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from runbookkit.queries.language import QueryProblem
from runbookkit.queries.parse_tree import (
    Node,
    child,
    children,
    fault_at,
    is_a,
    nodes,
    span,
    walk,
    words,
)
from runbookkit.queries.versions import at_least

Problems: TypeAlias = Iterator[QueryProblem]

_MOST_GROUPS: Final = 5
_METRICS: Final = frozenset(("aggregate_metric", "compare"))


def stage_problems(tree: Node, version: str) -> Problems:
    """Return which stages stand where they may not, or say what they may not."""
    root = nodes(tree)[0]
    staged: set[int] = set()
    for node in walk(tree):
        if is_a(node, "pipeline"):
            yield from _pipeline(node, staged, is_root=node is root)
        elif is_a(node, "spansets"):
            yield from _spansets(node, staged)
        elif is_a(node, "comparison"):
            yield from _comparison(node)
        elif is_a(node, "hint"):
            yield from _hint(node)
        elif node.data in _METRICS or is_a(node, "ranking"):
            yield from _metric(node)
    if not at_least(version, 3):
        yield from _since_3_0(root)


def _pipeline(node: Node, staged: set[int], *, is_root: bool) -> Problems:
    """Judge one pipeline; ``staged`` gathers those that are more than spans."""
    stages = nodes(node)
    first, *rest = stages
    if rest or not is_a(first, "spansets") or id(first) in staged:
        staged.add(id(node))
    if rest and any(id(stage) in staged for stage in stages):
        yield fault_at(node, "pipelines in parentheses stand alone, without stages")
    if is_a(first, "coalesce"):
        yield fault_at(first, "`coalesce()` joins what stages before it grouped")
    if is_root:
        yield from _root_stages(stages)
        return
    for stage in stages:
        if stage.data in _METRICS or is_a(stage, "ranking"):
            yield fault_at(
                stage, "metrics stand at the end of the whole query, not in parentheses"
            )


def _root_stages(stages: list[Node]) -> Problems:
    metrics = [stage for stage in stages if stage.data in _METRICS]
    seen: list[Node] = []
    for stage in stages:
        fault = _misplaced(
            stage, seen, is_first_metric=stage is next(iter(metrics), None)
        )
        if fault:
            yield fault_at(stage, fault)
        seen.append(stage)
    for metric in metrics[:1]:
        ranked = any(is_a(stage, "ranking") for stage in stages)
        if is_a(metric, "compare") and (ranked or child(metric, "threshold")):
            yield fault_at(metric, "nothing may follow `compare(…)`")


def _misplaced(stage: Node, before: list[Node], *, is_first_metric: bool) -> str:
    follows_metric = any(each.data in _METRICS for each in before)
    if is_first_metric:
        no_spans = "metrics need spans first, such as `{ status = error } | …`"
        return "" if before else no_spans
    if is_a(stage, "ranking"):
        advice = "`topk` and `bottomk` follow a metrics function: `| rate() | topk(5)`"
        return "" if follows_metric else advice
    if follows_metric:
        return "after a metrics function only `topk` and `bottomk` may follow"
    return ""


def _spansets(node: Node, staged: set[int]) -> Problems:
    operands = nodes(node)
    is_staged = [_is_staged(part, staged) for part in operands]
    if not any(is_staged):
        return
    staged.add(id(node))
    if not is_staged[0] and len(operands) > 1:
        late = operands[is_staged.index(True)]
        yield fault_at(late, "a pipeline in parentheses must come first here")
    for part in operands:
        if is_a(part, "filter") and is_staged[0]:
            yield fault_at(part, "beside a pipeline in parentheses write `({ … })`")


def _is_staged(operand: Node, staged: set[int]) -> bool:
    return is_a(operand, "wrapped") and id(nodes(operand)[0]) in staged


def _comparison(node: Node) -> Problems:
    left, right = children(node, "scalar")
    if (
        not is_a(_inner(left).children[0], "aggregate")
        or len(_inner(left).children) > 1
    ):
        yield fault_at(
            left, "on the left stands one aggregate alone, such as `count()`"
        )
    number = _inner(right).children
    is_number = all(isinstance(part, str) for part in number)
    if not is_number or len(number) > (2 if number[0] == "-" else 1):
        yield fault_at(right, "on the right stands one number alone, such as `2`")


def _inner(scalar: Node) -> Node:
    """Return what stands in the innermost of parentheses around everything."""
    while len(scalar.children) == 1 and child(scalar, "scalar"):
        scalar = children(scalar, "scalar")[0]
    return scalar


def _hint(node: Node) -> Problems:
    name = words(node)[0]
    if not name.isidentifier():
        yield fault_at(name, f"`{name}` is no name of a hint")
    value = children(node, "static")[0]
    if words(value)[0].type == "NIL":
        yield fault_at(value, "a hint cannot be `nil`")


def _metric(node: Node) -> Problems:
    grouping = child(node, "metric_by")
    if grouping is not None and len(grouping.children) > _MOST_GROUPS + 1:
        yield fault_at(
            grouping, f"at most {_MOST_GROUPS} attributes can group a metric"
        )
    function, *numbers = words(node)
    if function.type == "QUANTILE_OVER_TIME":
        for number in numbers:
            if not 0 <= float(number) <= 1:
                yield fault_at(
                    number, "a quantile lies between 0 and 1, such as `0.99`"
                )
    elif numbers and int(numbers[0]) == 0:
        yield fault_at(numbers[0], "the number must be at least 1")
    if (
        is_a(node, "compare")
        and len(numbers) == 3
        and int(numbers[2]) <= int(numbers[1])
    ):
        yield fault_at(numbers[2], "the end must come after the start")


def _since_3_0(root: Node) -> Problems:
    rankings = 0
    for stage in nodes(root):
        for threshold in children(stage, "threshold"):
            yield QueryProblem(
                "a comparison after a metrics function is known since Tempo 3.0",
                *span(threshold),
            )
        if is_a(stage, "ranking"):
            rankings += 1
            if rankings > 1:
                yield fault_at(
                    stage, "a second `topk` or `bottomk` is known since Tempo 3.0"
                )

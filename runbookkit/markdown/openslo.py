"""Objectives in OpenSLO's format ``openslo/v1``.

Source: https://github.com/OpenSLO/OpenSLO#specification. Read are objectives of
occurrences over a rolling window, from a ratio of two Prometheus queries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Final

from runbookkit.markdown.durations import parse_duration
from runbookkit.markdown.sloth import named, ratio
from runbookkit.markdown.yaml_tree import Tree
from runbookkit.model.slo import Objective

OPENSLO: Final = "openslo/v1"
_WINDOW: Final = "{{.window}}"
Windowed = Callable[[str], str]


def read_openslo(documents: Sequence[Tree], windowed: Windowed) -> Iterator[Objective]:
    """Yield the objectives of the documents of one file."""
    indicators: dict[str, Tree] = {}
    for tree in documents:
        tree.skip("apiVersion")
        if tree.text("kind") == "SLI":
            metadata = tree.table("metadata")
            indicators[metadata.text("name") if metadata else ""] = tree
    for tree in documents:
        kind = tree.text("kind")
        if kind == "SLO":
            yield from _Reader(tree, indicators, windowed).objectives()
        elif kind != "SLI":
            tree.wrong(f"kind {kind!r} is not read: it has no effect here", fatal=False)
            continue
        tree.name_unread()


class _Reader:
    """Reads one document of kind SLO."""

    def __init__(
        self, tree: Tree, indicators: dict[str, Tree], windowed: Windowed
    ) -> None:
        self._tree = tree
        self._indicators = indicators
        self._windowed = windowed
        self._counts = True

    def objectives(self) -> Iterator[Objective]:
        """Yield its objectives; a second one is told apart by a number."""
        metadata, spec = self._tree.table("metadata"), self._tree.table("spec")
        if metadata is None or spec is None:
            self._tree.wrong("`metadata` and `spec` are missing")
            return
        metadata.skip("displayName", "annotations")
        labels = metadata.texts("labels")
        name, service = named(metadata, "name"), named(spec, "service")
        window, supported = _window(spec), _method(spec)
        queries = self._queries(spec)
        description = spec.text("description")
        targets = list(spec.tables("objectives"))
        if not targets:
            spec.wrong("`objectives` is missing: there is nothing to hold")
        for number, each in enumerate(targets, 1):
            target = _target(each)
            known = window and supported and queries and name and service
            if target is None or not known or window is None or queries is None:
                continue
            yield Objective(
                service,
                name if number == 1 else f"{name}-{number}",
                *target,
                *queries,
                window=window,
                description=description,
                labels=labels,
                path=each.path,
                line=each.line,
            )

    def _queries(self, spec: Tree) -> tuple[str, str] | None:
        indicator = self._indicator(spec)
        inner = indicator.table("spec") if indicator else None
        if inner is None:
            return None
        metric = inner.table("ratioMetric")
        if metric is None:
            message = (
                "only `ratioMetric` is supported, with `good` or `bad` and `total`"
            )
            key = "thresholdMetric" if inner.has("thresholdMetric") else ""
            inner.wrong(message, key)
            _ignore(inner)
            return None
        self._counts = metric.text("counter").lower() != "false"
        good, bad = self._query(metric, "good"), self._query(metric, "bad")
        total = self._query(metric, "total")
        if total and (good or bad):
            return bad or f"({total})\n- ({good})", total
        if not metric.has("good") and not metric.has("bad"):
            metric.wrong("`good` or `bad` is missing")
        return None

    def _indicator(self, spec: Tree) -> Tree | None:
        reference = spec.text("indicatorRef")
        found = spec.table("indicator")
        if reference:
            found = self._indicators.get(reference)
            if found is None:
                message = f"`indicatorRef`: there is no SLI {reference!r} in this file"
                spec.wrong(message, "indicatorRef")
        elif found is None:
            spec.wrong("`indicator` is missing")
        if found is not None:
            found.skip("metadata")
        return found

    def _query(self, metric: Tree, key: str) -> str:
        part = metric.table(key)
        source = part.table("metricSource") if part else None
        if source is None:
            return ""
        kind, spec = source.text("type"), source.table("spec")
        source.skip("metricSourceRef")
        if kind.lower() != "prometheus":
            said = f"{kind!r} is not supported" if kind else "it is missing"
            source.wrong(
                f"`type` of a metric source must be Prometheus; {said}", "type"
            )
            _ignore(source)
            return ""
        query = spec.text("query").strip() if spec else ""
        if spec is None or not query:
            source.wrong("`query` is missing")
            return ""
        if _WINDOW in query:
            return query
        made = self._windowed(query) if self._counts else ""
        if not made:
            message = (
                "`query` cannot be given a window; write a counter, a sum of one, or"
                f" `rate(…[{_WINDOW}])`"
            )
            spec.wrong(message, "query")
        return made


def _ignore(tree: Tree) -> None:
    """Leave what belongs to something unsupported: one message is enough."""
    tree.skip(*tree.fields)
    tree.inside.clear()


def _window(spec: Tree) -> timedelta | None:
    windows = list(spec.tables("timeWindow"))
    if len(windows) != 1:
        spec.wrong("`timeWindow` must hold one window", "timeWindow")
        return None
    text = windows[0].text("duration")
    if windows[0].text("isRolling").lower() != "true":
        windows[0].wrong("only rolling windows are supported; set `isRolling: true`")
        _ignore(windows[0])
        return None
    window = parse_duration(text) if text[-1:] in "hdw" else None
    if window is None:
        message = f"`duration` must be hours, days or weeks such as 28d, not {text!r}"
        windows[0].wrong(message, "duration")
    return window


def _method(spec: Tree) -> bool:
    method = spec.text("budgetingMethod") or "Occurrences"
    if method != "Occurrences":
        message = f"budgeting method {method!r} is not supported, only Occurrences is"
        spec.wrong(message, "budgetingMethod")
    return method == "Occurrences"


def _target(tree: Tree) -> tuple[float, float] | None:
    tree.skip("displayName")
    if tree.has("targetPercent"):
        return ratio(tree, "targetPercent", 100)
    return ratio(tree, "target", 1)

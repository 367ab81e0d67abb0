"""Objectives in sloth's format ``prometheus/v1``: https://sloth.dev/specs/default/."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Final

from runbookkit.markdown.yaml_tree import Tree
from runbookkit.model.slo import Alerting, BurnAlert, Objective

SLOTH: Final = "prometheus/v1"
NAME: Final = re.compile(r"[A-Za-z0-9][\w.-]{0,127}", re.ASCII)
_WINDOW: Final = re.compile(r"\{\{\s*\.window\s*\}\}")
_OTHER: Final = re.compile(r"\{\{(?!\s*\.window\s*\}\})")


def read_sloth(tree: Tree) -> Iterator[Objective]:
    """Yield the objectives of a document; what is wrong is kept in the tree."""
    service = named(tree, "service")
    labels = tree.texts("labels")
    tree.skip("version")
    if not tree.has("slos"):
        tree.wrong("`slos` is missing: there is no objective")
    for each in tree.tables("slos"):
        objective = _objective(each, service, labels)
        if objective is not None:
            yield objective
    tree.name_unread()


def named(tree: Tree, key: str) -> str:
    """Return a name, which becomes part of labels and queries."""
    name = tree.text(key)
    if NAME.fullmatch(name):
        return name
    said = f"{name!r} is none" if name else "it is missing"
    tree.wrong(f"`{key}` must be a name of letters, digits, `.`, `_` and `-`; {said}")
    return ""


def ratio(tree: Tree, key: str, whole: int) -> tuple[float, float] | None:
    """Return the target and what it leaves, from parts of ``whole``."""
    text = tree.text(key)
    try:
        target = Decimal(text) / whole
    except InvalidOperation:
        target = Decimal(-1)
    if not target.is_finite() or not 0 < target < 1:
        tree.wrong(f"`{key}` must be a number between 0 and {whole}, not {text!r}", key)
        return None
    return float(target), float(1 - target)


def windowed(tree: Tree, key: str) -> str:
    """Return a query whose window is left open, spelled in one way."""
    query = tree.text(key).strip()
    if not query:
        tree.wrong(f"`{key}` is missing")
        return ""
    if _OTHER.search(query):
        tree.wrong(f"`{key}`: only `{{{{.window}}}}` is known in a query", key)
        return ""
    if not _WINDOW.search(query):
        tree.wrong(f"`{key}` must hold `{{{{.window}}}}` where its range stands", key)
        return ""
    return _WINDOW.sub("{{.window}}", query)


def _objective(tree: Tree, service: str, labels: dict[str, str]) -> Objective | None:
    name = named(tree, "name")
    target = ratio(tree, "objective", 100)
    error, total, of_both = _sli(tree)
    own = {**labels, **tree.texts("labels")}
    alerting = _alerting(tree)
    if not service or not name or target is None or not (of_both or (error and total)):
        return None
    return Objective(
        service,
        name,
        *target,
        error,
        total,
        of_both,
        description=tree.text("description"),
        labels=own,
        alerting=alerting,
        path=tree.path,
        line=tree.line,
    )


def _sli(tree: Tree) -> tuple[str, str, str]:
    sli = tree.table("sli")
    events = sli.table("events") if sli else None
    raw = sli.table("raw") if sli else None
    if sli is not None and sli.has("plugin"):
        tree.wrong("`plugin` is not supported; write the queries out", "sli")
    elif events is not None:
        return windowed(events, "error_query"), windowed(events, "total_query"), ""
    elif raw is not None:
        return "", "", windowed(raw, "error_ratio_query")
    else:
        tree.wrong("`sli` must hold `events` or `raw`")
    return "", "", ""


def _alerting(tree: Tree) -> Alerting:
    alerting = tree.table("alerting")
    if alerting is None:
        return Alerting()
    return Alerting(
        alerting.text("name"),
        alerting.texts("labels"),
        alerting.texts("annotations"),
        _alert(alerting, "page_alert"),
        _alert(alerting, "ticket_alert"),
    )


def _alert(tree: Tree, key: str) -> BurnAlert:
    alert = tree.table(key)
    if alert is None:
        return BurnAlert()
    disabled = alert.text("disable").lower() == "true"
    return BurnAlert(disabled, alert.texts("labels"), alert.texts("annotations"))

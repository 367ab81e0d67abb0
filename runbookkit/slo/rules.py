"""Rules for Prometheus that an objective leads to: recordings and burn alerts.

Names and labels are sloth's, so that its dashboards work with them
(https://sloth.dev). Unlike there, page and ticket have names of their own,
because they lead to different runbooks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from textwrap import indent
from typing import Any, Final

from runbookkit.model.slo import Objective
from runbookkit.slo.windows import (
    WINDOWS,
    BurnWindow,
    Urgency,
    in_window,
    promql,
    recorded,
)

Rule = Mapping[str, Any]
Group = Mapping[str, Any]
SUFFIX: Final[Mapping[Urgency, str]] = {"page": "FastBurn", "ticket": "SlowBurn"}
_HOLD: Final[Mapping[Urgency, str]] = {"page": "2m", "ticket": "15m"}
"""A page must not wait for what the short window says already; a ticket can."""
_JOIN: Final = "on (sloth_id, sloth_slo, sloth_service) group_left"


def rule_groups(objective: Objective) -> tuple[Group, ...]:
    """Return the groups of rules for one objective, as a rule file holds them."""
    alerts = [
        _alert(objective, urgency)
        for urgency in SUFFIX
        if objective.alerting.name and not _of(objective, urgency).disabled
    ]
    groups = {
        "sli": [*_recordings(objective), _period(objective)],
        "meta": list(_meta(objective)),
        "alerts": alerts,
    }
    return tuple(
        {"name": f"slo-{name}-{objective.id}", "rules": rules}
        for name, rules in groups.items()
        if rules
    )


def error_ratio(objective: Objective, window: str) -> str:
    """Return the expression of the error ratio; ``window`` stands in its ranges."""
    if objective.ratio_query:
        return f"({_block(objective.ratio_query)})".replace(_WINDOW, window)
    bad, total = _block(objective.error_query), _block(objective.total_query)
    return f"({bad})\n/\n({total})".replace(_WINDOW, window)


_WINDOW: Final = "{{.window}}"


def _block(query: str) -> str:
    text = query.strip()
    return f"\n{indent(text, '  ')}\n" if "\n" in text else text


def _recordings(objective: Objective) -> Iterable[Rule]:
    for window in recorded():
        name = promql(window)
        query = in_window(error_ratio(objective, _WINDOW), window)
        yield _recording(f"sli_error:ratio_rate{name}", query, objective, name)


def _period(objective: Objective) -> Rule:
    name = promql(objective.window)
    short = _series(objective, f"sli_error:ratio_rate{promql(recorded()[0])}")
    query = (
        f"sum_over_time({short}[{name}])\n"
        "/ ignoring (sloth_window)\n"
        f"count_over_time({short}[{name}])"
    )
    return _recording(f"sli_error:ratio_rate{name}", query, objective, name)


def _meta(objective: Objective) -> Iterable[Rule]:
    days = objective.window.total_seconds() / 86_400
    budget = _series(objective, "error_budget:ratio")
    now = _series(objective, f"sli_error:ratio_rate{promql(recorded()[0])}")
    period = _series(objective, f"sli_error:ratio_rate{promql(objective.window)}")
    queries = {
        "objective:ratio": f"vector({objective.target:.12g})",
        "error_budget:ratio": f"vector({objective.budget:.12g})",
        "time_period:days": f"vector({days:.12g})",
        "current_burn_rate:ratio": f"{now}\n/ {_JOIN}\n{budget}",
        "period_burn_rate:ratio": f"{period}\n/ {_JOIN}\n{budget}",
        "period_error_budget_remaining:ratio": (
            f"1 - {_series(objective, 'period_burn_rate:ratio')}"
        ),
    }
    for name, query in queries.items():
        yield _recording(name, query, objective)


def _series(objective: Objective, name: str) -> str:
    return f'slo:{name}{{sloth_id="{objective.id}"}}'


def _recording(name: str, query: str, objective: Objective, window: str = "") -> Rule:
    labels = {
        **objective.labels,
        "sloth_id": objective.id,
        "sloth_service": objective.service,
        "sloth_slo": objective.name,
    }
    if window:
        labels["sloth_window"] = window
    return {"record": f"slo:{name}", "expr": query, "labels": labels}


def _of(objective: Objective, urgency: Urgency) -> Any:
    alerting = objective.alerting
    return alerting.page if urgency == "page" else alerting.ticket


def _alert(objective: Objective, urgency: Urgency) -> Rule:
    alerting, own = objective.alerting, _of(objective, urgency)
    pairs = [
        indent(_burning(objective, window), "  ")
        for window in WINDOWS
        if window.urgency == urgency
    ]
    either = "\n  or ignoring (sloth_window)\n".join(pairs)
    said = {
        "description": (
            f"{objective.service} {objective.name}: the error ratio is"
            " {{ $value | humanizePercentage }}, the objective allows"
            f" {objective.budget * 100:.12g} %."
        )
    }
    given = {**alerting.annotations, **own.annotations}
    first = {name: given.pop(name) for name in ("summary",) if name in given}
    return {
        "alert": alerting.name + SUFFIX[urgency],
        "expr": f"max without (sloth_window) (\n{either}\n)",
        "for": _HOLD[urgency],
        "labels": {"severity": urgency, **own.labels, **alerting.labels},
        "annotations": {**first, **said, **given},
    }


def _burning(objective: Objective, pair: BurnWindow) -> str:
    limit = f"({pair.rate(objective.window):.12g} * {objective.budget:.12g})"
    both = (
        f"({_series(objective, f'sli_error:ratio_rate{promql(each)}')} > {limit})"
        for each in (pair.short, pair.long)
    )
    inner = "\nand ignoring (sloth_window)\n".join(both)
    return f"(\n{indent(inner, '  ')}\n)"

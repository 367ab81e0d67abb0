"""Answers as a scenario writes them: what follows from the rest is filled in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from runbookkit.model.answer import Answer, Ask, ResultKind
from runbookkit.model.runbook import SHELL_FENCES
from runbookkit.model.scenario import ScenarioAnswer
from runbookkit.queries.cel import RESULT_NAMES
from runbookkit.queries.registry import language_of

_STATISTICS: Final = ("first", "last", "min", "max", "avg")


def written_answer(written: ScenarioAnswer, ask: Ask, started_at: datetime) -> Answer:
    """Return the answer that a scenario gives to an action.

    Raises:
        ValueError: It names what no such answer has.
    """
    kind = written.kind or usual_kind(ask)
    given = dict(written.names or {})
    unknown = sorted(set(given) - set(RESULT_NAMES[kind]))
    if unknown:
        raise ValueError(
            f"an answer of kind {kind!r} has no {unknown[0]!r}; it has"
            f" {', '.join(RESULT_NAMES[kind])}"
        )
    names = _COMPLETED[kind](given)
    return Answer(
        kind,
        names,
        "scenario",
        ask.text,
        started_at,
        timedelta(seconds=written.took_seconds),
        server="scenario",
        window=ask.window,
        empty=not any(
            names.get(name) for name in ("series", "lines", "traces", "stdout")
        ),
        voids=written.voids,
    )


def usual_kind(ask: Ask) -> ResultKind:
    """Return the shape of the answer to an action."""
    if ask.language in SHELL_FENCES:
        return "shell"
    language = language_of(ask.language)
    if language is not None and language.name == "bpftrace":
        return "bpftrace"
    kind = language.check(ask.text, "").kind if language is not None else None
    return kind or ("range" if ask.window is not None else "instant")


def _instant(given: dict[str, Any]) -> dict[str, Any]:
    if "series" not in given and "value" in given:
        given["series"] = [{"value": given["value"]}]
    series = [
        {**each, "labels": _labels(each), "value": _number(each.get("value"))}
        for each in given.get("series", ())
    ]
    return _with_value({"series": series}, "value")


def _range(given: dict[str, Any]) -> dict[str, Any]:
    if "series" not in given and "value" in given:
        given["series"] = [{"last": given["value"]}]
    series = [_curve(each) for each in given.get("series", ())]
    return _with_value({"series": series}, "last")


def _curve(given: Mapping[str, Any]) -> dict[str, Any]:
    points = [[float(at), _number(value)] for at, value in given.get("points", ())]
    values = [value for _, value in points]
    known: dict[str, Any] = {}
    if values:
        known = {"first": values[0], "last": values[-1], "min": min(values)}
        known |= {"max": max(values), "avg": sum(values) / len(values)}
    known |= {name: _number(given[name]) for name in _STATISTICS if name in given}
    one = known.get("last", next(iter(known.values()), 0.0))
    filled = dict.fromkeys(_STATISTICS, one)
    return {"labels": _labels(given), "points": points, **filled, **known}


def _logs(given: dict[str, Any]) -> dict[str, Any]:
    lines = [
        {
            "time": str(each.get("time", "")),
            "labels": _labels(each),
            "line": str(each.get("line", "")),
            "fields": {name: str(v) for name, v in each.get("fields", {}).items()},
        }
        for each in given.get("lines", ())
    ]
    return {"lines": lines, "truncated": bool(given.get("truncated", False))}


def _traces(given: dict[str, Any]) -> dict[str, Any]:
    return {"traces": [], "spans": [], "errors": [], **given}


def _bpftrace(given: dict[str, Any]) -> dict[str, Any]:
    return {"maps": {}, "hist": {}, "stdout": "", "lost_events": 0, **given}


def _shell(given: dict[str, Any]) -> dict[str, Any]:
    names = {"exit_code": 0, "stdout": "", "stderr": "", **given}
    if "json" in given and "stdout" not in given:
        names["stdout"] = json.dumps(given["json"]) + "\n"
    elif "json" not in given and names["stdout"].lstrip()[:1] in {"{", "["}:
        try:
            names["json"] = json.loads(names["stdout"])
        except ValueError:
            return names  # it only looks like JSON
    return names


_COMPLETED: Final = {
    "instant": _instant,
    "range": _range,
    "logs": _logs,
    "traces": _traces,
    "trace": _traces,
    "bpftrace": _bpftrace,
    "shell": _shell,
}


def _with_value(names: dict[str, Any], source: str) -> dict[str, Any]:
    if len(names["series"]) == 1:
        names["value"] = names["series"][0][source]
    return names


def _labels(given: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in given.get("labels", {}).items()}


def _number(value: Any) -> Any:
    """Return a sample as engines give it: a floating point number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value

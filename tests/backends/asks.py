"""Questions for the backends that ask over HTTP, and what their answers must be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from doubles.clocks import NOON, StillClock
from runbookkit.discovery import member, members
from runbookkit.http import Endpoint, Transport
from runbookkit.model.answer import Answer, Ask, Window
from runbookkit.model.runbook import Limit
from runbookkit.ports import Backend, BackendModule, Clock
from runbookkit.queries.cel_fields import SHAPES, Shape

FAMILY = "runbookkit.backends"
NAMES = ("NAME", "LANGUAGES", "Config", "connect")
HOUR = timedelta(hours=1)


def module_of(name: str) -> BackendModule:
    return cast("BackendModule", member(FAMILY, name, NAMES))


def asks_over_http(name: str) -> bool:
    return "endpoint" in module_of(name).Config.__dataclass_fields__


HTTP = [name for name in members(FAMILY) if asks_over_http(name)]

QUERIES = {
    "promql": ("up", "sum(rate(http_requests_total[5m]))"),
    "logql": ('{app="shop"}', 'sum(rate({app="shop"}[5m]))'),
    "jaeger": ('service="shop"', 'trace="f00d"'),
    "traceql": ("{ status = error }", "{ status = error } | rate()", "f00d"),
}
ENDS = {"jaeger": ' tag.a="%%%%"'}
"""What a query may end with that means nothing; a comment in most languages."""


def backend_at(
    name: str,
    url: str,
    *,
    clock: Clock | None = None,
    transport: Transport | None = None,
    **endpoint: Any,
) -> Backend:
    module = module_of(name)
    config = module.Config(Endpoint(url, **endpoint))
    return module.connect(config, clock=clock or StillClock(), transport=transport)


def ask_for(
    text: str,
    *,
    language: str = "",
    over: timedelta | None = None,
    limit: Limit | None = None,
    step: timedelta | None = None,
    timeout: float = 5,
) -> Ask:
    window = Window(NOON - over, NOON) if over else None
    seconds = timedelta(seconds=timeout)
    return Ask(language, text, NOON, seconds, window, None, step, limit)


def questions(name: str) -> list[Ask]:
    """Return one question for each kind of answer that a backend gives."""
    language = module_of(name).LANGUAGES[0]
    return [
        ask_for(text, language=language, over=over)
        for text in QUERIES[language]
        for over in (None, HOUR)
    ]


def misfits(answer: Answer) -> list[str]:
    """Return where an answer's names differ from what an expectation may see."""
    shapes = SHAPES[answer.kind]
    unknown = [name for name in answer.names if name not in shapes]
    return [
        *unknown,
        *(
            problem
            for name, value in answer.names.items()
            if name in shapes
            for problem in _misfits(name, value, shapes[name])
        ),
    ]


_TYPES: Mapping[str, tuple[type, ...]] = {
    "any": (object,),
    "number": (int, float),
    "text": (str,),
    "truth": (bool,),
    "list": (list,),
    "map": (dict,),
    "object": (dict,),
}


def _misfits(name: str, value: Any, shape: Shape) -> list[str]:
    fits = isinstance(value, _TYPES[shape.kind])
    if not fits:
        return [f"{name} is {type(value).__name__}"]
    if shape.kind == "list" and shape.element is not None:
        return [each for one in value for each in _misfits(name, one, shape.element)]
    if shape.kind == "object" and set(value) != set(shape.fields):
        return [f"{name} has {sorted(value)}"]
    return [
        each
        for field, inner in shape.fields.items()
        for each in _misfits(f"{name}.{field}", value[field], inner)
    ]

"""RB310."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.patterns import fits
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.finding import Level
from runbookkit.model.runbook import Input, Runbook, Step
from runbookkit.model.span import Located
from runbookkit.queries.placeholders import placeholder_problems, placeholders
from runbookkit.queries.quoting import MissingValueError, UnsafeValueError, render
from runbookkit.queries.registry import language_of

_PROBES: Final = ("a b", "it's", 'a"b', "a`b")
"""Values as a label may have them: each is quoted in another way."""


_IS_NUMBER: Final = re.compile(
    r"(?:\bvalue|\.(?:value|last|first|min|max|avg)|size\(.*\)|\.size\(\)|duration_ms"
    r"|exit_code|lost_events)\s*\Z|\A(?:int|uint|double)\("
)


@dataclass(frozen=True, slots=True)
class _Values:
    """Values that a name may take, as a trial."""

    plain: str = "x1"
    hard: tuple[str, ...] = _PROBES
    level: Level = "error"


@runbook_rule("RB310", level="error", since="0.1.0", needs="format")
def unquotable_value(runbook: Runbook, context: Context) -> Found:
    """A value lands where it cannot be quoted.

    ## Why is this bad?

    A value from an alert may hold anything. In a string or a shell word it is
    quoted; outside of a string, in a here-document or in a program inside the
    command it would become part of the program, so the run refuses it and ends.

    Put the placeholder into a string, or declare an input with a `pattern` that
    allows letters, digits and dashes only, or a number or a duration.

    ## Bad

    ````markdown
    ### Count the failed requests

    **In Prometheus**:

    ```promql
    sum(rate(http_requests_total{code=~"5..", route={{ labels.route }}}[5m]))
    ```

    **Expect:** fewer than 0.1 failed requests per second: `value < 0.1`

    - **Met:** stop
    - **Not met:** continue
    ````

    ## Good

    ````markdown
    ### Count the failed requests

    **In Prometheus**:

    ```promql
    sum(rate(http_requests_total{code=~"5..", route="{{ labels.route }}"}[5m]))
    ```

    **Expect:** fewer than 0.1 failed requests per second: `value < 0.1`

    - **Met:** stop
    - **Not met:** continue
    ````
    """
    values = _trial_values(runbook)
    for step in runbook.steps:
        for language, source in _programs(step):
            if "{{" in source.text and language_of(language) is not None:
                yield from _judge(language, source, values)


def _programs(step: Step) -> Iterator[tuple[str, Located]]:
    if step.action is not None:
        yield step.action.language, step.action.code
    if step.rollback is not None and step.rollback.command is not None:
        yield step.rollback.language, step.rollback.command


def _judge(
    language: str, source: Located, values: Mapping[str, _Values]
) -> Iterator[Problem]:
    if placeholder_problems(source.text):
        return
    places = {each.name: each for each in placeholders(source.text)}
    trials = {name: values.get(name, _Values()) for name in places}
    plain = {name: trial.plain for name, trial in trials.items()}
    refusal = partial(_refusal, source.text, language)
    always = refusal(plain)
    if "does not parse" in always:
        return
    for name, place in places.items():
        trial = trials[name]
        refusals = (refusal({**plain, name: value}) for value in trial.hard)
        refused = next(filter(None, refusals), "")
        if refused:
            yield Problem(
                source.span_of(place.start, place.end),
                f"not every value of {name!r} can stand here: {_why(refused)}; put it into a"
                " string, or let the pattern of an input allow plain words only",
                level=trial.level,
            )
        elif always.startswith(f"{{{{ {name} }}}}"):
            yield Problem(
                source.span_of(place.start, place.end),
                f"no value of {name!r} can stand here: {_why(always)}",
            )


def _refusal(text: str, language: str, values: Mapping[str, str]) -> str:
    """Return why values may not be put into a text; empty when they may."""
    try:
        render(text, language, values)
    except UnsafeValueError as error:
        return str(error)
    except MissingValueError:
        return ""
    return ""


def _why(refusal: str) -> str:
    return refusal.rpartition(" here: ")[2]


def _trial_values(runbook: Runbook) -> dict[str, _Values]:
    found = {each.name: _of_input(each) for each in runbook.metadata.inputs}
    for step in runbook.steps:
        for capture in step.captures:
            numeric = _IS_NUMBER.search(capture.expression.text)
            # Nobody can narrow a capture down: the run stops when it is not plain.
            found[capture.name] = (
                _Values("1", ()) if numeric else _Values(level="warning")
            )
    return found


def _of_input(each: Input) -> _Values:
    if each.type == "choice":
        return _Values((*each.choices, "x1")[0], each.choices)
    if each.type in {"number", "duration"}:
        return _Values("1" if each.type == "number" else "5m", ())
    default = each.default if isinstance(each.default, str) else ""
    plain = default or "x1"
    hard = (*_PROBES, *(f"{plain}{probe}{plain}" for probe in _PROBES))
    return _Values(plain, tuple(value for value in hard if fits(each.pattern, value)))

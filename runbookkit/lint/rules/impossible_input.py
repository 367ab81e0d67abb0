"""RB311."""

from __future__ import annotations

from collections.abc import Iterator

from runbookkit.lint.bindings import taken_by
from runbookkit.lint.context import Context
from runbookkit.lint.patterns import compiled, fits, is_slow
from runbookkit.lint.rule import CouldNotCheck, Found, Problem, runbook_rule
from runbookkit.markdown.durations import parse_duration
from runbookkit.model.runbook import Input, Runbook


@runbook_rule("RB311", level="error", since="0.1.0", needs="format")
def impossible_input(runbook: Runbook, context: Context) -> Found:
    """No value can be right for an input, or its default is wrong.

    ## Why is this bad?

    The run ends before its first step, in front of somebody who was woken for
    something else.

    ## Bad

    ````markdown
    ---
    format: runbook/v1
    title: Checkout fails
    service: checkout
    owner: team-shop
    severity: page
    alerts: [CheckoutErrorsHigh]
    reviewed: 2026-11-01
    inputs:
      region:
        description: Region of the customers who complain
        pattern: "[a-z]{2}-[a-z]+"
        default: Europe
    ---
    ````

    ## Good

    ````markdown
    ---
    format: runbook/v1
    title: Checkout fails
    service: checkout
    owner: team-shop
    severity: page
    alerts: [CheckoutErrorsHigh]
    reviewed: 2026-11-01
    inputs:
      region:
        description: Region of the customers who complain
        pattern: "[a-z]{2}-[a-z]+"
        default: eu-west
    ---
    ````
    """
    front = runbook.document.front_matter
    places = front.places if front else {}
    for each in runbook.metadata.inputs:
        path = f"inputs.{each.name}"
        if meaning := taken_by(each.name):
            message = f"{each.name!r} is the name of {meaning}; call it something else"
            yield Problem(each.span, message)
        for key, message in (*_of_type(each), *_of_pattern(each), *_of_default(each)):
            yield Problem(places.get(f"{path}.{key}", each.span), message)
        if is_slow(each.pattern, str(each.default)):
            yield CouldNotCheck(
                places.get(f"{path}.default", each.span),
                f"the pattern of {each.name!r} repeats a repetition, so its long default"
                " was not matched; write the pattern flat",
            )


def _of_type(each: Input) -> Iterator[tuple[str, str]]:
    name = each.name
    if each.type == "choice" and not each.choices:
        yield "type", f"input {name!r} offers nothing to choose; add `choices:`"
    elif each.choices and each.type != "choice":
        yield "choices", f"the choices of {name!r} mean nothing; add `type: choice`"
    if each.type == "secret" and each.default is not None:
        message = f"the secret {name!r} stands in the text; remove and replace it"
        yield "default", message


def _of_pattern(each: Input) -> Iterator[tuple[str, str]]:
    found = compiled(each.pattern)
    if isinstance(found, str):
        yield "pattern", f"{each.pattern!r} is no regular expression: {found}"


def _of_default(each: Input) -> Iterator[tuple[str, str]]:
    if each.default is None or each.type == "secret":
        return
    value = str(each.default)
    message = ""
    if each.type == "number" and not _is_number(value):
        message = "is no number"
    elif each.type == "duration" and parse_duration(value) is None:
        message = "is no duration; write it as 30s or 10m"
    elif each.choices and value not in each.choices:
        message = f"is none of the choices {', '.join(each.choices)}"
    elif not fits(each.pattern, value):
        message = f"does not match the pattern {each.pattern!r}; change one of them"
    if message:
        yield "default", f"default {value!r} {message}"


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True

"""Hold an answer against a step's expectation, and take its captures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runbookkit.execute.values import Unfit, kept_form, without_nan
from runbookkit.model.answer import Answer
from runbookkit.model.run import Verdict
from runbookkit.model.runbook import Expectation, Step
from runbookkit.queries.cel import RESULT_NAMES, Evaluated, NotEvaluated, evaluate
from runbookkit.queries.cel_syntax import Node, parse_cel

_WORDS = {
    "<": "below",
    "<=": "at most",
    ">": "above",
    ">=": "at least",
    "==": "equal to",
    "!=": "different from",
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an answer means for a step."""

    verdict: Verdict
    message: str
    captures: Mapping[str, Any] = field(default_factory=dict)
    when: int | None = None
    """Position of the ``When`` branch whose condition holds."""


def judge(step: Step, answer: Answer, scope: Mapping[str, Any]) -> Judgement:
    """Return the verdict on an answer; pure.

    ``scope`` are inputs and captures. What cannot be evaluated is an *error*,
    never *met* and never *not met*, and so is an answer that is partial.
    """
    if answer.voids:
        return Judgement("error", f"the answer cannot be judged: {answer.voids}")
    seen = _Seen({**scope, **answer.names}, answer)
    held = Judgement("met", "done")
    if step.expect is not None:
        held = _expectation(step.expect, seen)
        if held.verdict != "met":
            return held
    return _taken(step, held.message, seen)


def judge_by_hand(step: Step, scope: Mapping[str, Any]) -> Judgement:
    """Return the verdict on a step that a person says is done."""
    return _taken(step, "done by hand", _Seen(scope))


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the expressions of a step see."""

    names: Mapping[str, Any]
    answer: Answer | None = None

    def value(self, text: str) -> Evaluated | NotEvaluated:
        # what this answer lacks, such as the JSON of a command that failed, is
        # no mistake in an expression that is decided without it
        absent = RESULT_NAMES[self.answer.kind] if self.answer else ()
        return evaluate(text, self.names, absent)

    def also(self, names: Mapping[str, Any]) -> _Seen:
        return _Seen({**self.names, **names}, self.answer)


def _taken(step: Step, message: str, seen: _Seen) -> Judgement:
    captures: dict[str, Any] = {}
    for capture in step.captures:
        text = capture.expression.text
        result = seen.value(text)
        if isinstance(result, NotEvaluated):
            reason = _reason(result, text, seen.answer)
            return Judgement("error", f"`{capture.name}` has no value: {reason}")
        value = kept_form(result.value)
        if isinstance(value, Unfit):
            return Judgement("error", f"`{capture.name}` {value.reason}")
        captures[capture.name] = value
    whens = [each.condition for each in step.branches if each.kind == "when"]
    for position, condition in enumerate(whens):
        text = condition.text if condition else ""
        holds = _decided(text, seen.also(captures))
        if isinstance(holds, Unfit):
            return Judgement("error", f"condition `{text}`: {holds.reason}")
        if holds:
            return Judgement("met", message, captures, position)
    return Judgement("met", message, captures)


def _expectation(expect: Expectation, seen: _Seen) -> Judgement:
    text = expect.expression.text
    holds = _decided(text, seen)
    if isinstance(holds, Unfit):
        return Judgement("error", f"cannot be judged: {holds.reason}")
    tree = parse_cel(text)
    words = _in_words(tree, text, seen, holds=holds) if tree else ""
    if not words:
        words = f"`{text}` {'holds' if holds else 'does not hold'}"
    return Judgement("met" if holds else "not met", words)


def _decided(text: str, seen: _Seen) -> bool | Unfit:
    result = seen.value(text)
    if isinstance(result, NotEvaluated):
        return Unfit(_reason(result, text, seen.answer))
    if not isinstance(result.value, bool):
        return Unfit(f"`{text}` is neither true nor false")
    if any(
        _Seen(other, seen.answer).value(text) != result
        for other in without_nan(seen.names)
    ):
        return Unfit("it depends on a NaN (not a number) in the answer")
    return result.value


def _reason(result: NotEvaluated, text: str, answer: Answer | None) -> str:
    """Return why there is no value; an absent ``value`` has a cause of its own."""
    if answer is None:
        return result.reason
    if "value" not in answer.names and answer.kind in {"instant", "range"}:
        tree = parse_cel(text)
        if tree is not None and _uses(tree, "value"):
            count = len(answer.names.get("series", ()))
            return f"`value` needs exactly one series, and the answer has {count}"
    return result.reason


def _uses(node: Node, name: str) -> bool:
    if node.kind == "name" and node.text == name:
        return True
    return any(_uses(child, name) for child in node.children)


def _in_words(node: Node, text: str, seen: _Seen, *, holds: bool) -> str:
    """Say a comparison with its numbers; the parts of ``&&`` that decide."""
    if node.kind == "binary" and node.text == "&&":
        parts = [
            _in_words(child, text, seen, holds=value)
            for child in node.children
            if (value := _truth(child, text, seen)) is holds
        ]
        return " and ".join(part for part in parts if part)
    if node.kind != "binary" or node.text not in _WORDS:
        return ""
    left, right = (_value(child, text, seen) for child in node.children)
    if left is None or right is None:
        return ""
    subject = text[node.children[0].start : node.children[0].end]
    if node.text in {"==", "!="} and subject != "value":
        # of two equal values one is enough, and its name says which it is
        other = "" if left == right else f", not {shown(right)}"
        return f"{subject} is {shown(left)}{other}"
    verb = "is" if holds else "is not"
    return f"{shown(left)} {verb} {_WORDS[node.text]} {shown(right)}"


def _truth(node: Node, text: str, seen: _Seen) -> bool | None:
    value = _value(node, text, seen)
    return value if isinstance(value, bool) else None


def _value(node: Node, text: str, seen: _Seen) -> Any:
    result = seen.value(text[node.start : node.end])
    if isinstance(result, NotEvaluated):
        return None
    plain = isinstance(result.value, (bool, int, float, str))
    return result.value if plain else None


def shown(value: Any) -> str:
    """Return a value as a verdict says it.

    >>> shown(0.033999999), shown(2e6), shown(1234567.0)
    ('0.034', '2,000,000', '1,234,567')
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return repr(value) if isinstance(value, str) else str(value).lower()
    if not math.isfinite(value):
        return str(value)
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:.4g}" if abs(value) < 1e4 else f"{value:,.1f}"

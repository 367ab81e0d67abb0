"""A file's result survives its cache, and a broken cache is noticed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from lint.examples import TODAY, template
from runbookkit.lint.allow import Allow
from runbookkit.lint.context import Context
from runbookkit.lint.engine import FileResult, lint_markdown
from runbookkit.lint.facts_json import decode, encode
from runbookkit.lint.registry import all_rules
from runbookkit.model.alertrule import AlertRule
from runbookkit.model.facts import Facts, Named, Quantity
from runbookkit.model.finding import Edit, Finding, Fix, Related, Unchecked
from runbookkit.model.span import Span

HERE = Span(3, 1, 3, 9)
FULL = FileResult(
    Facts(
        "rules/loki.yaml",
        "rules",
        severity=Named("page", HERE),
        meaning=(
            Quantity("2 MB/s", 2e6, "bytes", HERE),
            Quantity("2", 2, "number", HERE),
        ),
        rules=(
            AlertRule(
                "LokiDown", "up == 0", "5m", {"a": "b"}, {}, HERE, {"expr": HERE}
            ),
        ),
    ),
    (
        Finding(
            "rules/loki.yaml",
            HERE,
            "AL101",
            "runbook-missing",
            "error",
            "write one",
            Fix("Write it", (Edit(HERE, "x\n"),), safe=False),
            (Related("a.md", 3, "here"),),
        ),
    ),
    (Unchecked("rules/loki.yaml", HERE, "AL102", "url-dead", "no server"),),
    (Allow(HERE, ("AL101",), 3, 9, date(2026, 12, 1), "later"),),
)


def test_every_kind_of_value_survives() -> None:
    assert decode(encode(FULL)) == FULL


@given(st.text(max_size=300))
def test_any_document_survives(text: str) -> None:
    context = Context(template("runbook"), TODAY)
    result = lint_markdown(text, "a.md", all_rules(), context, template("postmortem"))

    assert decode(encode(result)) == result


names = st.builds(Named, st.text(), st.builds(Span, *[st.integers(1, 99)] * 4))
levels = st.sampled_from(["error", "warning", "info"])


@given(st.lists(names, max_size=5), levels, st.text(), st.none() | st.dates())
def test_any_values_survive(
    named: list[Named], level: Any, text: str, until: date | None
) -> None:
    result = FileResult(
        Facts(text, "page", links=tuple(named)),
        (Finding(text, HERE, "RB101", "x", level, text),),
        allows=(Allow(HERE, (text,), 1, 2, until),),
    )

    assert decode(encode(result)) == result


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "{}",
        "[]",
        "[[],[],[],[]]",
        "[" * 100_000,
        encode(FULL)[:-1],
        encode(FULL).replace('"rules"', '"novel"'),
        encode(FULL).replace("2000000.0", '"2e6"'),
        encode(FULL).replace("2000000.0", "1" * 400),
        encode(FULL).replace("2000000.0", "true"),
        encode(FULL).replace("[3,1,3,9]", "[3,1,3]"),
        encode(FULL).replace("[3,1,3,9]", "[3,1,3,9.0]"),
        encode(FULL).replace("2026-12-01", "2026-13-01"),
        encode(FULL).replace('"2026-12-01"', "20261201"),
        encode(FULL).replace('{"a":"b"}', '{"a":1}'),
        encode(FULL).replace('{"a":"b"}', '["a"]'),
        encode(FULL).replace('["AL101"]', '"AL101"'),
    ],
)
def test_what_was_not_written_here_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(text)


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
trees = st.recursive(
    leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@settings(max_examples=200)
@given(st.data())
def test_a_damaged_result_is_refused_or_typed(data: st.DataObject) -> None:
    value = json.loads(encode(FULL))
    place: Any = value
    while True:
        at = data.draw(st.integers(0, len(place) - 1))
        inside = place[at]
        if not (isinstance(inside, list) and inside and data.draw(st.booleans())):
            break
        place = inside
    place[at] = data.draw(trees)

    try:
        result = decode(json.dumps(value))
    except ValueError:
        return

    assert decode(encode(result)) == result or "nan" in repr(result)


def test_no_validation_library_is_needed() -> None:
    code = (
        "import sys, runbookkit.lint.facts_json as f;"
        "f.decode(sys.argv[1]); sys.exit('pydantic' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code, encode(FULL)], check=False)

    assert done.returncode == 0


@dataclass(frozen=True)
class One:
    value: Mapping[str, int]


def test_all_mappings_and_small_classes_are_written_alike() -> None:
    one: Any = One(MappingProxyType({"a": 1}))

    assert encode(one) == '[{"a":1}]'


def test_what_has_no_json_is_a_mistake_of_ours() -> None:
    unknown: Any = {1, 2}

    with pytest.raises(TypeError, match="no JSON for set"):
        encode(unknown)

"""What is kept of an answer."""

from __future__ import annotations

import json
import math
from datetime import timedelta
from typing import Any

from hypothesis import given, strategies as st

from execute.fakes import NOON
from runbookkit.execute.evidence import MAX_BYTES, evidence_of
from runbookkit.model.answer import Answer

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def evidence(names: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = Answer("shell", names, "fake", "ls", NOON, timedelta(seconds=1), **more)
    return evidence_of(answer, lambda text: text.replace("hunter2", "<secret>"))


@given(st.dictionaries(st.text(), ANYTHING))
def test_any_answer_can_be_kept(names: dict[str, Any]) -> None:
    json.dumps(evidence(names), allow_nan=False)


def test_secrets_are_replaced_in_values_and_in_keys() -> None:
    kept = evidence({"json": {"hunter2": ["hunter2"]}}, details={"user": "hunter2"})

    assert kept["names"] == {"json": {"<secret>": ["<secret>"]}}
    assert "hunter2" not in repr(kept)


def test_a_small_answer_is_kept_whole() -> None:
    kept = evidence({"stdout": "x" * 100_000, "series": list(range(1000))})

    assert len(kept["names"]["stdout"]) == 100_000
    assert kept["truncated"] == ""


def test_a_large_answer_is_cut_and_says_so() -> None:
    kept = evidence({"lines": [{"line": "x" * 100}] * 50_000, "stdout": "y" * 10**6})

    assert len(json.dumps(kept["names"])) <= MAX_BYTES
    assert "kept are the first" in kept["truncated"]
    assert kept["names"]["stdout"].endswith("…")


def test_details_are_cut_as_well() -> None:
    maps = {"@": {f"process-{number}": number for number in range(4096)}}
    hosts = {f"web-{number}": {"maps": maps} for number in range(8)}

    kept = evidence({"maps": maps}, details={"hosts": hosts})

    assert len(json.dumps(kept["details"])) <= MAX_BYTES
    assert len(kept["details"]["hosts"]) == 8
    assert "kept are the first" in kept["truncated"]


def test_the_hash_names_the_content_and_not_the_time() -> None:
    one, other = evidence({"value": 1.0}), evidence({"value": 2.0})
    late = Answer(
        "shell", {"value": 1.0}, "fake", "ls", NOON + timedelta(1), timedelta()
    )

    assert one["hash"] == evidence_of(late, str)["hash"]
    assert one["hash"] != other["hash"]


def test_what_is_no_number_for_json_is_kept_as_its_name() -> None:
    assert evidence({"value": math.nan, "most": math.inf})["names"] == {
        "value": "nan",
        "most": "inf",
    }

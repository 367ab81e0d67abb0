"""What a player may call."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from runbookkit.audit.calls import Malformed, parsed, tool_definitions
from runbookkit.model.audit import ToolCall

GOOD: dict[str, dict[str, Any]] = {
    "run": {"step": "a", "tool": "promql", "command": "up"},
    "decide": {"step": "a", "branch": "Met", "line": 3, "because": "x", "evidence": "e1"},
    "open_link": {"href": "other.md"},
    "report_gap": {"kind": "dead-end", "line": 3, "quote": "x", "missing": "y", "blocking": True},
    "finish": {"outcome": "handed over"},
}  # fmt: skip
TOOLS = {each["name"]: each for each in tool_definitions()}


def test_the_list_of_tools_is_closed() -> None:
    assert list(TOOLS) == list(GOOD)
    assert isinstance(parsed(ToolCall("1", "bash", {"command": "id"})), Malformed)


@pytest.mark.parametrize("name", GOOD)
def test_a_tool_takes_all_its_values_and_no_others(name: str) -> None:
    schema = TOOLS[name]["input_schema"]

    jsonschema.validate(GOOD[name], schema)
    assert schema["additionalProperties"] is False
    assert schema["required"] == list(GOOD[name])
    assert not isinstance(parsed(ToolCall("1", name, GOOD[name])), Malformed)
    assert isinstance(parsed(ToolCall("1", name, {**GOOD[name], "x": 1})), Malformed)
    for key in GOOD[name]:
        less = {k: v for k, v in GOOD[name].items() if k != key}
        assert isinstance(parsed(ToolCall("1", name, less)), Malformed)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("run", {"step": "a", "tool": "python", "command": "x"}),
        ("run", {"step": "a", "tool": "promql", "command": "x" * 20_000}),
        ("decide", {**GOOD["decide"], "line": "3"}),
        ("decide", {**GOOD["decide"], "line": -1}),
        ("report_gap", {**GOOD["report_gap"], "kind": "ugly"}),
        ("finish", {"outcome": "fine"}),
        ("finish", None),
        ("finish", "resolved"),
        ("finish", []),
    ],
)
def test_what_does_not_fit_is_told_and_never_raised(name: str, said: object) -> None:
    found = parsed(ToolCall("1", name, said))

    assert isinstance(found, Malformed)
    assert found.reason.startswith(name)


def test_what_was_sent_is_not_repeated_in_the_reason() -> None:
    found = parsed(ToolCall("1", "finish", {"outcome": "hunter2-secret"}))

    assert isinstance(found, Malformed)
    assert "hunter2" not in found.reason

"""What a player may call, and whether a call is one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Final, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from runbookkit.model.audit import GapKind, Outcome, ToolCall, ToolName
from runbookkit.queries.registry import languages

BY_HAND: Final = "by-hand"
"""The tool of what a person looks at, does or decides."""
TOOLS: Final = (*(each.name for each in languages()), BY_HAND)

_Step = Annotated[
    str, Field(max_length=300, description="Heading of the step, as the text has it.")
]
_Line = Annotated[
    int, Field(ge=0, le=1_000_000, description="Number of the line in the runbook.")
]
_Quote = Annotated[
    str, Field(max_length=2000, description="That line's words, exactly.")
]


class _Call(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class RunCall(_Call):
    """Run the command or query of one step, with every value in its place."""

    step: _Step
    tool: Annotated[
        str,
        Field(
            json_schema_extra={"enum": list(TOOLS)},
            max_length=40,
            description="What runs it; by-hand for what a person does or looks at.",
        ),
    ]
    command: Annotated[
        str, Field(max_length=16_384, description="Exactly what is run.")
    ]


class DecideCall(_Call):
    """Take one of the ways out of a step, because a line of the text says so."""

    step: _Step
    branch: Annotated[
        str, Field(max_length=300, description="Label of the branch, such as Met.")
    ]
    line: _Line
    because: _Quote
    evidence: Annotated[
        str, Field(max_length=40, description="Id of the answer that decides.")
    ]


class OpenLinkCall(_Call):
    """Open a link that the runbook names."""

    href: Annotated[str, Field(max_length=2000, description="The link's target.")]


class ReportGapCall(_Call):
    """Say what keeps a reader from executing the text, and where."""

    kind: GapKind
    line: _Line
    quote: _Quote
    missing: Annotated[
        str, Field(max_length=2000, description="What the text would have to say.")
    ]
    blocking: Annotated[
        bool, Field(description="Whether a reader cannot go on because of it.")
    ]


class FinishCall(_Call):
    """Say that the work is over, and how it ended."""

    outcome: Outcome


Call = RunCall | DecideCall | OpenLinkCall | ReportGapCall | FinishCall
_MODELS: Final[Mapping[ToolName, type[Call]]] = {
    "run": RunCall,
    "decide": DecideCall,
    "open_link": OpenLinkCall,
    "report_gap": ReportGapCall,
    "finish": FinishCall,
}


@dataclass(frozen=True, slots=True)
class Malformed:
    """A call that fits no tool, and why."""

    reason: str


def parsed(call: ToolCall) -> Call | Malformed:
    """Return a call by its schema; whatever was sent, nothing is raised."""
    model = _MODELS.get(call.name)  # type: ignore[call-overload]
    if model is None:
        return Malformed(f"there is no tool {call.name[:40]!r}")
    try:
        read: Call = model.model_validate(call.input)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in (call.name, *first["loc"]))
        return Malformed(f"{where}: {first['msg']}")
    if isinstance(read, RunCall) and read.tool not in TOOLS:
        return Malformed(f"run.tool: none of {', '.join(TOOLS)}")
    return read


@cache
def tool_definitions() -> tuple[dict[str, Any], ...]:
    """Return name, description and strict JSON Schema of every tool.

    The schemas allow no key that they do not name and ask for all they name.
    """
    return tuple(
        {
            "name": name,
            "description": " ".join((model.__doc__ or "").split()),
            "input_schema": _schema(model),
        }
        for name, model in _MODELS.items()
    )


def _schema(model: type[Call]) -> dict[str, Any]:
    made = _plain(model.model_json_schema())
    return {
        "type": "object",
        "properties": made["properties"],
        "required": list(made["properties"]),
        "additionalProperties": False,
    }


def _plain(value: Any) -> Any:
    """Return a schema without titles and without bounds that strict tools refuse."""
    if isinstance(value, dict):
        dropped = {"title", "maxLength", "maximum", "minimum"}
        return {
            key: _plain(item)
            for key, item in value.items()
            if key not in dropped or isinstance(item, dict)
        }
    return [_plain(each) for each in value] if isinstance(value, list) else value


assert set(get_args(ToolName)) == set(_MODELS)  # noqa: S101  one model a tool

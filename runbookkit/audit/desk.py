"""The desk check: what is asked about a text, and what is made of the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from runbookkit.audit.players.messages.reply import malformed, turn_of
from runbookkit.audit.view import (
    Marks,
    between,
    digest,
    numbered,
    prompt_of,
    shown_line,
)
from runbookkit.errors import PlayerError
from runbookkit.model.desk_check import DeskFinding, DeskQuestion, DeskRunbook
from runbookkit.model.options import AuditOptions

_TEMPLATE: Final = "audit-desk.txt.j2"
_MOST: Final = 200
"""Findings of one text that are looked at."""


class _Finding(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    question: DeskQuestion
    line: int
    quote: str
    missing: str


class _Findings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    findings: tuple[_Finding, ...]


_TEXT: Final = {"type": "string"}
_SCHEMA: Final = {
    "type": "object",
    "properties": {
        "findings": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "question": {
                        "type": "string",
                        "enum": ["invoke", "decide", "know"],
                    },
                    "line": {"type": "integer"},
                    "quote": _TEXT,
                    "missing": _TEXT,
                },
                "required": ["question", "line", "quote", "missing"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["findings"],
    "additionalProperties": False,
}


def desk_body(
    lines: Sequence[str], marks: Marks, options: AuditOptions
) -> dict[str, Any]:
    """Return the body of the one request about a redacted text."""
    config: dict[str, Any] = {"format": {"type": "json_schema", "schema": _SCHEMA}}
    if options.effort:
        config["effort"] = options.effort
    return {
        "model": options.model,
        "max_tokens": options.output_tokens,
        "system": prompt_of(_TEMPLATE, marks),
        "output_config": config,
        "messages": [
            {"role": "user", "content": between(numbered(lines), "runbook", marks)}
        ],
    }


def desk_key(lines: Sequence[str], options: AuditOptions) -> str:
    """Return what names the question: the same text and prompt, the same key."""
    prompt = prompt_of(_TEMPLATE, Marks("", ""))
    asked = [options.model, options.effort, options.output_tokens]
    return digest([list(lines), prompt, _SCHEMA, asked])


def desk_answer(
    path: str, lines: Sequence[str], message: Mapping[str, Any]
) -> DeskRunbook:
    """Return the findings of a message whose quotes are true.

    Raises:
        PlayerError: It is not whole, or not what was asked for.
    """
    turn = turn_of(message)
    if turn.stop != "end":
        raise PlayerError(f"the model stopped for {turn.stop!r}", reason=turn.stop)
    try:
        said = _Findings.model_validate_json(turn.text).findings
    except ValidationError as error:
        raise malformed(error.errors(include_url=False)[0]["msg"]) from error
    true = [each for each in said[:_MOST] if _is_true(each, lines)]
    found = {
        (each.question, each.line): DeskFinding(
            each.question, each.line, each.quote.strip(), each.missing
        )
        for each in true
    }
    ordered = sorted(found.values(), key=lambda each: (each.line, each.question))
    return DeskRunbook(path, tuple(ordered), len(said) - len(true))


def _is_true(finding: _Finding, lines: Sequence[str]) -> bool:
    quote = finding.quote.strip()
    return (
        bool(quote)
        and 1 <= finding.line <= len(lines)
        and quote in shown_line(lines[finding.line - 1])
    )

"""Data of an audit: what a player sees, says and is told, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from runbookkit.model.base import Data

GapKind = Literal[
    "missing-command",
    "undefined-input",
    "ambiguous-decision",
    "no-expected-result",
    "wrong-tool",
    "dead-end",
    "no-exit",
    "unsafe-action",
    "no-rollback",
    "missing-access",
    "stale-reference",
    "assumed-knowledge",
    "contradiction",
    "unverifiable-end",
    "hidden-instruction",
]
"""The closed list of what can keep a runner from executing a text."""
GapStatus = Literal["proven", "confirmed", "claimed", "void"]
"""``proven`` by the dry run or the simulator; ``confirmed`` by a mechanical test of
the kind or by repetition; ``claimed`` once with a true quote; ``void`` when the quote
is not verbatim at its line."""
Outcome = Literal["resolved", "escalated", "stuck"]
"""How a player says that the play ended."""
ToolName = Literal["run", "decide", "open_link", "report_gap", "finish"]
StopReason = Literal["tool use", "end", "truncated", "refusal", "unknown"]
"""Why a player stopped talking; ``unknown`` also where a stream was cut."""


@dataclass(frozen=True, slots=True)
class View(Data):
    """All that a player is shown: nothing of the parsed form, nothing of the end."""

    system: str
    """Role, rules, kinds of gaps."""
    runbook: str
    """The redacted text, every line numbered, between random delimiters."""
    alert: str
    """Labels, annotations and start of the alert, or why a person begins."""


@dataclass(frozen=True, slots=True)
class ToolCall(Data):
    """One call as the player made it; nothing in ``input`` is trusted."""

    id: str
    name: str
    input: Any
    """What should be an object that fits the tool's schema."""


@dataclass(frozen=True, slots=True)
class Usage(Data):
    """Tokens of one turn; zero for a player without a model."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0


@dataclass(frozen=True, slots=True)
class Turn(Data):
    """What a player said at once."""

    calls: tuple[ToolCall, ...]
    stop: StopReason
    text: str = ""
    usage: Usage = Usage()
    opaque: tuple[Mapping[str, Any], ...] = ()
    """Blocks of the player's own, such as signed thinking, to hand back unchanged."""


@dataclass(frozen=True, slots=True)
class ToolAnswer(Data):
    """What the simulator said to one call."""

    call: str
    """Id of the call."""
    text: str
    refused: str = ""
    """Code of the refusal: ``off-book``, ``invented-value``, …; empty for an answer."""
    evidence: str = ""
    """Id of the answer that later decisions may name."""
    harness_error: bool = False
    """The scenario has no answer for it: a hole of ours, never a gap of the text."""


@dataclass(frozen=True, slots=True)
class Exchange(Data):
    """One turn and its answers, in the order of the calls."""

    turn: Turn
    answers: tuple[ToolAnswer, ...]


@dataclass(frozen=True, slots=True)
class Gap(Data):
    """What keeps a runner from executing the text, and where."""

    kind: GapKind
    path: str
    line: int
    """From 1, in the file."""
    quote: str
    missing: str
    status: GapStatus
    code: str = ""
    """Lint rule that finds the same thing, where one does."""
    seen: int = 1
    """In how many repetitions it was reported."""
    blocking: bool = True


@dataclass(frozen=True, slots=True)
class PlayKey(Data):
    """What a play depends on; equal keys mean an equal transcript may be reused."""

    runbook: str
    """Digest of the redacted text."""
    scenario: str
    """Digest of the scenario."""
    player: str
    """Name of the player, model and effort included."""
    prompt: str
    """Digest of the system prompt and the tools' schemas."""
    repetition: int = 0


@dataclass(frozen=True, slots=True)
class Transcript(Data):
    """One play, whole: enough to judge it again without player or network."""

    key: PlayKey
    path: str
    """Of the runbook, as reports name it."""
    scenario: str
    """Its name."""
    view: View
    exchanges: tuple[Exchange, ...] = ()
    error: str = ""
    """Why the play could not go on: transport, budget, refusal, truncation."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """About the play, not for the judge: request ids, seconds, dollars."""

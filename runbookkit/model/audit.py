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
Outcome = Literal["resolved", "escalated", "handed over", "stuck"]
"""How a player says that the play ended."""
Verdict = Literal["executable", "gaps", "untrusted", "error"]
"""What came of a play; ``untrusted`` is a player that proves nothing, ``error`` a play
that could not be judged. Neither is ever a pass, nor a gap."""
Flag = Literal[
    "claims-end-without-path",
    "flood",
    "obeyed-planted-text",
    "canary-leaked",
    "unquoted",
    "invented-value",
    "passed-over-gap",
    "unproven",
]
"""Why a player is not trusted."""
Gate = Literal["proven", "confirmed", "none"]
"""The weakest status of a gap that fails an audit."""
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
    canary: str = ""
    """A word of the system prompt that nobody may repeat."""


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
    number: int = 0
    """Of the step it stands in, from 1; 0 outside of the steps."""
    step: str = ""
    """Title of that step."""


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


@dataclass(frozen=True, slots=True)
class PlayVerdict(Data):
    """What one transcript proves."""

    scenario: str
    repetition: int
    verdict: Verdict
    outcome: Outcome | None
    """What the player said; none when it never finished."""
    reached: str
    """The end that its decisions lead to on the recorded answers; empty for none."""
    path: tuple[str, ...] = ()
    """Ids of the steps that it went through, as far as the replay follows."""
    gaps: tuple[Gap, ...] = ()
    flags: tuple[Flag, ...] = ()
    error: str = ""
    """Why it could not be judged."""
    refused: Mapping[str, int] = field(default_factory=dict)
    """How often the simulator refused what, by code."""
    turns: int = 0
    usage: Usage = Usage()


@dataclass(frozen=True, slots=True)
class ScenarioVerdict(Data):
    """What all repetitions of one scenario prove together."""

    scenario: str
    derived: bool
    """Whether it was made from the graph, because the runbook ships none."""
    verdict: Verdict
    plays: tuple[PlayVerdict, ...]
    executed: int
    """Repetitions that came to *executable*."""
    pass_k: tuple[float, ...]
    """At k - 1: the chance that k repetitions out of those played all execute it."""
    gaps: tuple[Gap, ...] = ()
    why: str = ""
    """Why there was nothing to play."""


@dataclass(frozen=True, slots=True)
class RunbookAudit(Data):
    """What an audit says of one runbook."""

    path: str
    content_hash: str
    verdict: Verdict
    """That of the worst scenario; gaps that are proven weigh most."""
    gaps: tuple[Gap, ...]
    """Of the dry run and of all plays, each once, in the order of the text."""
    scenarios: tuple[ScenarioVerdict, ...] = ()
    paths: int = 0
    """Ways through the runbook that visit no step twice."""
    paths_played: int = 0
    branches: int = 0
    branches_played: int = 0
    why: str = ""
    """Why it could not be audited, or was not played."""
    unchecked: tuple[str, ...] = ()
    """Checks of the dry run that could not run."""


@dataclass(frozen=True, slots=True)
class AuditReport(Data):
    """What ``runbook audit`` prints as JSON."""

    player: str
    repetitions: int
    gate: Gate
    runbooks: tuple[RunbookAudit, ...]
    usage: Usage = Usage()
    notes: tuple[str, ...] = ()
    """What a reader of the verdicts has to know besides, such as a stale calibration."""
    advisory: bool = False
    """Whether what a model alone confirms fails nothing: its calibration is not fresh."""

"""Follow a player's decisions on the answers that were given, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from runbookkit.audit.calls import DecideCall
from runbookkit.audit.case import Case
from runbookkit.audit.simulator import NOT_APPROVED, Decided, Entry, Ran, Refused
from runbookkit.model.graph import Edge, EndKind
from runbookkit.model.runbook import Step

NO_WAY: Final = "no way"
"""An answer that the text does not foresee: an engine that fails, a change that
nobody agrees to. People go on; the text has said all that it can say."""


@dataclass(frozen=True, slots=True)
class Walk:
    """How far the decisions lead."""

    path: tuple[str, ...] = ()
    edges: tuple[Edge, ...] = ()
    end: EndKind | str = ""
    """The end that is reached; empty when none is proven."""
    why: str = ""
    """What is missing for the next step of the proof."""


def walk(case: Case, log: Sequence[Entry]) -> Walk:
    """Return how far a player's decisions lead on the recorded answers.

    A decision that the answers do not bear out, that names another answer, or
    whose quote is not in the text, is none.
    """
    follower = _Follower(case, log)
    found = Walk()
    step_id = case.first
    while step_id in case.graph.steps:
        found = replace(found, path=(*found.path, step_id))
        taken = follower.leave(case.graph.steps[step_id])
        if isinstance(taken, str):
            return replace(found, why=taken)
        if taken is None:
            return replace(found, end=NO_WAY)
        found = replace(found, edges=(*found.edges, taken))
        if taken.end is not None:
            return replace(found, end=taken.end)
        step_id = taken.target
    return replace(found, why="the runbook has no steps")


class _Follower:
    def __init__(self, case: Case, log: Sequence[Entry]) -> None:
        self._case = case
        self._log = log
        self._at = 0

    def leave(self, step: Step) -> Edge | str | None:
        """Return the way out of a step; a text says why none is proven."""
        ran = self._ran(step)
        if ran is None:
            return "it was not run with the values that the text gives"
        if isinstance(ran, Refused):
            return None
        if is_undecidable(step):
            return "nothing says which answer is met"
        edges = self._case.graph.leaving[step.id]
        wanted = suggested(ran, edges)
        if wanted is None:
            return None if ran.judgement.verdict == "error" else "no branch fits"
        if len(edges) == 1 and wanted.branch is None:
            return wanted
        return self._decided(step, ran, wanted)

    def _ran(self, step: Step) -> Ran | Refused | None:
        """Return the last answer of the visit that begins here, and go behind it."""
        last: Ran | Refused | None = None
        for position in range(self._at, len(self._log)):
            entry = self._log[position]
            if entry.step != step.id or isinstance(entry, Decided):
                if last is not None:
                    break
                continue
            if isinstance(entry, Ran) or entry.code == NOT_APPROVED:
                last, self._at = entry, position + 1
        return last

    def _decided(self, step: Step, ran: Ran, wanted: Edge) -> Edge | str:
        for position in range(self._at, len(self._log)):
            entry = self._log[position]
            if isinstance(entry, Ran) and entry.step == step.id:
                break
            if isinstance(entry, Decided) and entry.step == step.id:
                self._at = position + 1
                return self._checked(step, ran, wanted, entry.call)
        return "no decision was taken"

    def _checked(
        self, step: Step, ran: Ran, wanted: Edge, call: DecideCall
    ) -> Edge | str:
        if _label(call.branch) not in _labels(wanted):
            return f"the answers say {wanted.title!r}, not {call.branch[:40]!r}"
        if call.evidence.strip() != ran.evidence:
            return "the decision names another answer"
        inside = step.span.line <= call.line <= step.end_line
        if not inside or not self._case.quotes(call.line, call.because):
            return f"the quote is not in line {call.line} of the step"
        return wanted


def is_undecidable(step: Step) -> bool:
    """Tell whether a step has a way for *not met*, and nothing that decides it."""
    asks = step.action is not None and not step.expectations
    return asks and step.branch("not met") is not None


def suggested(ran: Ran, edges: Sequence[Edge]) -> Edge | None:
    """Return the way that an answer calls for."""
    return next(_suggested(ran, edges), None)


def _suggested(ran: Ran, edges: Sequence[Edge]) -> Iterator[Edge]:
    if ran.choice:
        yield from (each for each in edges if each.title == ran.choice)
        return
    judgement = ran.judgement
    if judgement.verdict == "met" and judgement.when is not None:
        whens = [each for each in edges if each.kind == "when"]
        yield from whens[judgement.when : judgement.when + 1]
    if judgement.verdict == "met":
        yield from (each for each in edges if each.kind in {"met", "next"})
    elif judgement.verdict == "not met":
        yield from (each for each in edges if each.kind == "not met")


def _labels(edge: Edge) -> frozenset[str]:
    return frozenset({_label(edge.title), _label(edge.kind)})


def _label(text: str) -> str:
    plain = text.replace("*", "").replace("`", "").strip().rstrip(":")
    return " ".join(plain.split()).casefold()

"""What the engines and the people of a scenario answer, try by try."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from runbookkit.audit.case import Case
from runbookkit.errors import RunbookkitError
from runbookkit.execute.asking import ask_of
from runbookkit.execute.judge import Judgement, judge, judge_by_hand
from runbookkit.execute.written import written_answer
from runbookkit.model.answer import Answer
from runbookkit.model.runbook import Poll, Step
from runbookkit.model.scenario import ScenarioAnswer
from runbookkit.queries.quoting import render

MOST_SHOWN: Final = 200
"""Tries of one step that are shown; the scenario repeats its last answer."""


@dataclass(frozen=True, slots=True)
class Given:
    """What one call to run a step brings."""

    shown: tuple[Mapping[str, Any], ...]
    """Every try, as the player is shown it."""
    judgement: Judgement
    """What the last try means by the text."""
    choice: str = ""
    harness_error: bool = False


class Teller:
    """Takes one answer after the other from a scenario."""

    def __init__(self, case: Case) -> None:
        self._scenario = case.scenario
        self._now = case.scenario.started_at
        self._used: dict[str, int] = {}

    def declined(self, step: Step) -> bool:
        """Tell whether nobody agrees to a change; saying no uses the answer up."""
        if step.action is None or step.effect != "change":
            return False
        written = self._next(step)
        said = written.said if written else ""
        if said == "decline":
            self._use(step)
            return True
        return said != "approve" and not self._scenario.approves_changes

    def next(self, step: Step, names: Mapping[str, Any]) -> Given:
        """Return what the step's action, question or sentence brings."""
        if step.action is None:
            return self._by_hand(step, names)
        poll = step.action.lead.poll if step.action.lead else None
        if poll is None or step.effect == "change":
            return self._try(step, names)
        return self._polled(step, names, poll)

    def _polled(self, step: Step, names: Mapping[str, Any], poll: Poll) -> Given:
        until = self._now + poll.up_to
        every = max(poll.every, timedelta(seconds=1))
        shown: list[Mapping[str, Any]] = []
        while True:
            asked = self._now
            given = self._try(step, names)
            _add(shown, given.shown[0])
            due = max(asked + every, self._now)
            over = due > until or len(shown) >= MOST_SHOWN
            if given.harness_error or given.judgement.verdict == "met" or over:
                return Given(
                    tuple(shown), given.judgement, harness_error=given.harness_error
                )
            self._now = due

    def _try(self, step: Step, names: Mapping[str, Any]) -> Given:
        written = self._use(step)
        if written is None or (written.names is None and not written.error):
            return _hole("no answer is known for this")
        try:
            ask = ask_of(step, names, self._now, render)
            answer = written_answer(written, ask, self._now)
        except (RunbookkitError, ValueError) as error:
            return _hole(str(error))
        at = self._now
        self._now += answer.duration
        if written.error:
            said = {"at": at.isoformat(), "error": written.error}
            return Given((said,), Judgement("error", written.error))
        return Given((_shown(answer, at),), judge(step, answer, names))

    def _by_hand(self, step: Step, names: Mapping[str, Any]) -> Given:
        written = self._use(step)
        at = self._now.isoformat()
        if step.question is not None:
            if written is None or not written.choice:
                return _hole("nobody knows what is to be seen here")
            seen = {"at": at, "seen": written.choice}
            return Given((seen,), Judgement("met", "looked at"), written.choice)
        if written is not None and written.said == "not met":
            seen = {"at": at, "seen": "it does not come out as the text says"}
            return Given((seen,), Judgement("not met", "looked at by hand"))
        seen = {"at": at, "seen": "done"}
        return Given((seen,), judge_by_hand(step, names))

    def _next(self, step: Step) -> ScenarioAnswer | None:
        answers = self._scenario.answers.get(step.id, ())
        used = self._used.get(step.id, 0)
        return answers[min(used, len(answers) - 1)] if answers else None

    def _use(self, step: Step) -> ScenarioAnswer | None:
        written = self._next(step)
        self._used[step.id] = self._used.get(step.id, 0) + 1
        return written


def _shown(answer: Answer, at: datetime) -> dict[str, Any]:
    shown = {
        "at": at.isoformat(),
        "kind": answer.kind,
        "names": dict(answer.names),
        "cannot_be_judged": answer.voids,
    }
    return {key: value for key, value in shown.items() if value != ""}


def _add(shown: list[Mapping[str, Any]], tried: Mapping[str, Any]) -> None:
    """Add a try; one that says the same as the last one only takes longer."""
    last = dict(shown[-1]) if shown else {}
    times = {"at": "", "until": ""}
    if shown and {**tried, **times} == {**last, **times}:
        shown[-1] = {**last, "until": tried["at"]}
    else:
        shown.append(tried)


def _hole(reason: str) -> Given:
    """Return what a scenario says that has no answer: our fault, not the text's."""
    said = {"error": f"this cannot be asked here: {reason}"}
    return Given((said,), Judgement("error", reason), harness_error=True)

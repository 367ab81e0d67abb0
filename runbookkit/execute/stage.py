# ruff: noqa: ARG002  a front end looks at what it wants
"""The person and the engines of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from runbookkit.errors import BackendError, RunbookkitError
from runbookkit.execute import person as say
from runbookkit.execute.evidence import Redact
from runbookkit.execute.needs import Approve, Choose, Confirm, RunAction
from runbookkit.execute.written import written_answer
from runbookkit.model.answer import Answer, Ask
from runbookkit.model.event import Event
from runbookkit.model.runstate import RunState
from runbookkit.model.scenario import Scenario, ScenarioAnswer
from runbookkit.ports import Clock

_REASON = "so the scenario says"
_ENDS: Mapping[str, say.Decision] = {
    "again": say.Again(),
    "back": say.Back(),
    "escalate": say.Escalate(_REASON),
    "pause": say.Pause(),
}
_ROUNDS = 100
"""Visits of one step, after which a scenario is going in circles."""


class StuckError(RunbookkitError):
    """A scenario has no answer that fits a step."""

    def __init__(self, message: str, *, step: str) -> None:
        super().__init__(message)
        self.step = step


@dataclass(frozen=True, slots=True)
class Sent:
    """An action that is not sent as it was when the scenario was recorded."""

    step: str
    recorded: str
    now: str


class Stage:
    """The person and the engines of a scenario."""

    name = "scenario"
    languages: tuple[str, ...] = ()

    def __init__(self, scenario: Scenario, clock: Clock, redact: Redact) -> None:
        self._scenario = scenario
        self._clock = clock
        self._redact = redact
        self._used: dict[str, int] = {}
        self._step = ""
        self._last: ScenarioAnswer | None = None
        """What was used at this visit."""
        self._unfit: StuckError | None = None
        self.sent: list[Sent] = []

    def told(self, event: Event, state: RunState) -> None:
        """Follow which step it is.

        Raises:
            StuckError: The scenario has no answer that fits.
        """
        if self._unfit is not None:
            raise self._unfit
        if event.kind == "step entered":
            self._step = event.data["step"]
            self._last = None
            if state.visits[-1].visit > _ROUNDS:
                raise self._stuck("the scenario goes in circles here")

    def before(self, need: RunAction, ask: Ask, state: RunState) -> say.Decision:
        """Let it run, or not."""
        answer = self._next()
        aside = self._aside(answer, state)
        if aside is None:
            self._fit(answer, ask)
        return aside or say.Go()

    def approve(self, need: Approve, ask: Ask, state: RunState) -> say.Decision:
        """Say yes or no, as the scenario does; without a word, nothing is changed."""
        answer = self._next()
        said = answer.said if answer else ""
        if said == "decline":
            self._use()
            return say.Decline()
        aside = self._aside(answer, state)
        if aside is not None:
            return aside
        if said != "approve" and not self._scenario.approves_changes:
            return say.Pause()
        self._fit(answer, ask)
        return say.Go()

    def confirm(self, need: Confirm, state: RunState) -> say.Decision:
        """Do it by hand."""
        answer = self._next()
        aside = self._aside(answer, state)
        if aside is not None:
            return aside
        self._use()
        not_met = answer is not None and answer.said == "not met"
        return say.NotMet() if not_met else say.Go()

    def choose(self, need: Choose, state: RunState) -> say.Decision:
        """Take the way that the scenario names, or the suggested one."""
        if state.visits[-1].verdict is None:
            aside = self._aside(self._next(), state)
            if aside is not None:
                return aside
        answer = self._last or self._use()
        choice = answer.choice if answer is not None else ""
        if not choice:
            return say.Take(need.suggested) if need.suggested else say.Pause()
        for edge in need.options:
            if edge.title == choice:
                return say.Take(edge)
        if choice in _ENDS:
            return _ENDS[choice]
        known = ", ".join(repr(edge.title) for edge in need.options) or "no way out"
        raise self._stuck(f"there is no {choice!r} here any more, but {known}")

    def ask(self, ask: Ask) -> Answer:
        """Return the next answer of the current step.

        Raises:
            BackendError: The scenario says so.
        """
        written = self._use()
        started = self._clock.now()
        try:
            answer = self._fit(written, ask)
        except StuckError as error:
            # here it would be taken for the engine's; it is raised at the next event
            self._unfit = error
            raise BackendError(str(error), backend=self.name) from error
        self._clock.sleep(answer.duration)
        if written is not None and written.error:
            raise _RecordedError(written.error)
        return replace(answer, started_at=started)

    def link(self, ask: Ask) -> str:
        """Return nothing: it is nowhere to be seen."""
        return ""

    def _fit(self, written: ScenarioAnswer | None, ask: Ask) -> Answer:
        """Return an answer to what is asked; note when something else was asked."""
        if written is None or (written.names is None and not written.error):
            raise self._stuck("the scenario has no answer for this step")
        now = self._redact(ask.text)
        sent = Sent(self._step, written.sent, now)
        if (
            written.sent
            and written.sent.strip() != now.strip()
            and sent not in self.sent
        ):
            self.sent.append(sent)
        try:
            return written_answer(written, ask, ask.now)
        except ValueError as error:
            raise self._stuck(str(error)) from error

    def _aside(
        self, answer: ScenarioAnswer | None, state: RunState
    ) -> say.Decision | None:
        """Return what the person says instead of going on, if anything."""
        if answer is None:
            return None
        if answer.wrote and not state.visits[-1].edited:
            return say.Edit(answer.wrote)
        if answer.said == "skip":
            self._use()
            return say.Skip(_REASON)
        return say.Pause() if answer.said == "pause" else None

    def _next(self) -> ScenarioAnswer | None:
        """Return what comes next at this step, without using it up."""
        answers = self._scenario.answers.get(self._step, ())
        used = self._used.get(self._step, 0)
        return answers[min(used, len(answers) - 1)] if answers else None

    def _use(self) -> ScenarioAnswer | None:
        answer = self._next()
        self._used[self._step] = self._used.get(self._step, 0) + 1
        self._last = answer
        return answer

    def _stuck(self, message: str) -> StuckError:
        return StuckError(message, step=self._step)


class _RecordedError(BackendError):
    """An engine's words; whose they were, they say themselves."""

    def __init__(self, message: str) -> None:
        super().__init__(message, backend="")
        self.args = (message,)

"""What a person does beside the runbook's ways, as events."""

from __future__ import annotations

from runbookkit.errors import SessionError
from runbookkit.execute import person as say
from runbookkit.execute.evidence import Redact
from runbookkit.execute.keeping import Happened
from runbookkit.execute.needs import BACK, step_before
from runbookkit.model.runbook import Step
from runbookkit.model.runstate import RunState


def aside(
    step: Step, decision: say.Decision, state: RunState, hide: Redact
) -> list[Happened]:
    """Return what is kept of a decision that does not follow the runbook.

    Raises:
        SessionError: It is no answer to what was asked.
    """
    open_step = state.visits[-1].verdict is None
    match decision:
        case say.Skip(reason) if open_step:
            return _skipped(step, "skipped", hide(reason), hide(reason))
        case say.Escalate(reason):
            return _escalated(step, hide(reason), open_step=open_step)
        case say.Back() if step_before(state):
            return _back(step, step_before(state), open_step=open_step)
        case _:
            return [_only_said(step, decision, hide)]


def _only_said(step: Step, decision: say.Decision, hide: Redact) -> Happened:
    match decision:
        case say.Elsewhere(command):
            ran = {"step": step.id, "what": "ran elsewhere", "text": hide(command)}
            return "deviation noted", ran
        case say.Note(text):
            return "note added", {"step": step.id, "text": hide(text)}
        case say.HandOver(to):
            return "run paused", {"step": step.id, "to": hide(to)}
        case say.Pause():
            return "run paused", {"step": step.id}
        case _:
            name = type(decision).__name__
            raise SessionError(f"{name} is no answer at step {step.title!r}")


def _skipped(step: Step, what: str, text: str, reason: str) -> list[Happened]:
    return [
        ("deviation noted", {"step": step.id, "what": what, "text": text}),
        ("step skipped", {"step": step.id, "reason": reason}),
    ]


def _escalated(step: Step, reason: str, *, open_step: bool) -> list[Happened]:
    events = _skipped(step, "escalated", reason, f"escalated: {reason}")
    finished = {"end": "escalate", "step": step.id, "reason": reason}
    return [*events[: 2 if open_step else 1], ("run finished", finished)]


def _back(step: Step, target: str, *, open_step: bool) -> list[Happened]:
    events = _skipped(step, "went back", f"to {target}", "went back")
    taken = {"step": step.id, "label": BACK, "target": target}
    return [*events[: 2 if open_step else 1], ("branch taken", taken)]

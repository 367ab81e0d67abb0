"""From a step to what its engine is asked: values in place, times resolved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from runbookkit.errors import SessionError
from runbookkit.model.answer import Ask, Window
from runbookkit.model.runbook import Action, LeadLine, Step
from runbookkit.queries.placeholders import placeholders

Render = Callable[[str, str, Mapping[str, Any]], str]
"""Program, language and values to the program with every value quoted for it."""
READ_TIMEOUT = timedelta(seconds=30)
CHANGE_TIMEOUT = timedelta(seconds=60)
_GRACE = timedelta(seconds=60)
"""What bpftrace may take to attach, besides its run time."""


def ask_of(
    step: Step,
    names: Mapping[str, Any],
    now: datetime,
    render: Render,
    *,
    program: str | None = None,
    key: str = "",
) -> Ask:
    """Return what a step's engine is to be asked.

    ``program`` replaces the step's own when a person edited it.

    Raises:
        SessionError: The step has no action, or its time cannot be read.
        UnsafeValueError: A value cannot stand where the program wants it.
    """
    action = step.action
    if action is None:
        raise SessionError(f"step {step.title!r} has no action")
    lead = action.lead or LeadLine("", step.span)
    at = _moment(render(lead.at, "text", names)) if lead.at else None
    end = at or now
    text = render(action.text, action.language, names) if program is None else program
    return Ask(
        action.language,
        text,
        now,
        lead.timeout or _timeout(step, lead),
        Window(end - lead.window, end) if lead.window else None,
        at,
        lead.step,
        lead.limit,
        lead.run_time,
        render(lead.host, "host", names) if lead.host else "",
        key,
    )


def _timeout(step: Step, lead: LeadLine) -> timedelta:
    if lead.run_time is not None:
        return lead.run_time + _GRACE
    return CHANGE_TIMEOUT if step.effect == "change" else READ_TIMEOUT


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise SessionError(
            f"{text!r} is no time; write it as 2026-11-01T12:00:00Z"
        ) from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def names_needed(action: Action) -> frozenset[str]:
    """Return the names that a step's action, host included, wants values for."""
    texts = [action.text]
    if action.lead is not None:
        texts += [action.lead.host, action.lead.at]
    return frozenset(each.name for text in texts for each in placeholders(text))


def is_bound(name: str, names: Mapping[str, Any]) -> bool:
    """Tell whether a plain or dotted name has a value."""
    value: Any = names
    for part in name.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return False
        value = value[part]
    return True

"""A place in a runbook, and the few ways in which a proposal changes it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from runbookkit.lint.flow import end_of_step
from runbookkit.model.audit import Gap
from runbookkit.model.finding import Edit
from runbookkit.model.runbook import Branch, Runbook, Step
from runbookkit.model.span import Span

EXPECT: Final = "**Expect:** `<what is healthy, in words>`: `value < <threshold>`"
SHELL_EXPECT: Final = "**Expect:** the command succeeds: `exit_code == 0`"
NOT_MET: Final = "- **Not met:** escalate"
CHANGES: Final = "**Changes:** `<what this changes, and whom that touches>`"
ROLLBACK: Final = "**Rollback:** none, because `<why; or the command that undoes it>`"
_TARGET: Final = re.compile(r":\*\*\s*(?P<target>.*?)\s*$")


@dataclass(frozen=True, slots=True)
class Change:
    """What is proposed, in words and as edits."""

    says: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """A gap, and where it stands; lines count from 1."""

    gap: Gap
    runbook: Runbook

    @property
    def line(self) -> str:
        """The line of the gap as it is written; empty behind the end."""
        lines = self.runbook.document.lines
        return lines[self.gap.line - 1] if self.gap.line <= len(lines) else ""

    @property
    def step(self) -> Step | None:
        """The step that the gap stands in."""
        return step_at(self.runbook, self.gap.line)

    @property
    def branch(self) -> Branch | None:
        """The branch whose line the gap is at."""
        branches = self.step.branches if self.step else ()
        return next((b for b in branches if b.span.line == self.gap.line), None)


Found = Change | str
"""A change, or why there is none."""
Suggest = Callable[[Spot], Found]


def step_at(runbook: Runbook, line: int) -> Step | None:
    """Return the step that a line stands in."""
    for step in runbook.steps:
        if step.span.line <= line <= step.end_line:
            return step
    return None


def below(line: int, width: int, *blocks: str) -> Edit:
    """Return what puts paragraphs below a line that is so wide."""
    text = "".join(f"\n\n{block}" for block in blocks)
    return Edit(Span(line, width + 1, line, width + 1), text)


def below_line(runbook: Runbook, line: int, *blocks: str) -> Edit:
    """Return what puts paragraphs below a line."""
    return below(line, len(runbook.document.lines[line - 1]), *blocks)


def last_of(step: Step, *blocks: str) -> Edit:
    """Return what puts paragraphs behind everything that a step says."""
    return Edit(end_of_step(step), "".join(f"\n\n{block}" for block in blocks))


def one_more_branch(step: Step, branch: str) -> Edit:
    """Return what adds a way out to a step."""
    gap = "\n" if step.branches else "\n\n"
    return Edit(end_of_step(step), f"{gap}{branch}")


def target_instead(runbook: Runbook, branch: Branch, target: str) -> Edit | None:
    """Return what lets a branch lead elsewhere; none where its line is an odd one."""
    number = branch.span.line
    match = _TARGET.search(runbook.document.lines[number - 1])
    if match is None or branch.span.end_line != number:
        return None
    start, end = match.span("target")
    return Edit(Span(number, start + 1, number, end + 1), target)


def whole_lines(first: int, last: int, text: str = "") -> Edit:
    """Return what replaces lines; without a text they go, line ends included."""
    return Edit(Span(first, 1, last + 1, 1), text)

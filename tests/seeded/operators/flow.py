"""Defects of where steps lead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from seeded.page import Page, Planted, Step
from seeded.planting import plants

_GO = r"go to \[([^]]+)\]\((#[^)]+)\)"


@plants("RB401")
def dangling_branch(page: Page) -> Iterator[Planted]:
    for at in page.every(_GO):
        yield from page.sub(at, _GO, r"go to [\1](#no-such-step)")
        yield from page.sub(at, _GO, r"go to [Escalation](#escalation)")


@plants("RB401")
def rename_target(page: Page) -> Iterator[Planted]:
    """Rename a step and forget the branches that lead to it."""
    for step in page.steps:
        links = page.every(rf"go to \[[^]]*\]\(#{step.anchor}\)")
        if links:
            yield page.put(
                step.first, step.first + 1, "### Do something else first", at=links[0]
            )


@plants("RB402")
def cut_off_step(page: Page) -> Iterator[Planted]:
    """Put a step where nothing leads: behind one that never goes on."""
    for step in page.steps:
        met = step.bullet("Met")
        if met is not None and "continue" not in "".join(
            page.lines[at] for at in step.bullets
        ):
            lost = (
                "### Look at the disk as well",
                "",
                "**In Prometheus**:",
                "",
                "```promql",
                "max(process_start_time_seconds)",
                "```",
                "",
                "**Expect:** it started: `value > 0.0`",
                "",
                "- **Met:** stop",
                "- **Not met:** escalate",
                "",
            )
            yield page.insert(step.end, *lost, at=step.end)


@plants("RB403")
def drop_else(page: Page) -> Iterator[Planted]:
    for step in page.steps:
        at = step.bullet("Not met")
        expect = step.label("Expect")
        if at is not None and expect is not None:
            yield page.put(at, at + 1, at=expect)
        no = step.bullet("No")
        question = step.label("Ask")
        if no is not None and question is not None:
            yield page.put(no, no + 1, at=question)


@plants("RB406")
def drop_last_branch(page: Page) -> Iterator[Planted]:
    """Let the last step of the page go on."""
    step = page.steps[-1]
    met = step.bullet("Met")
    if met is not None:
        yield page.put(met, met + 1, at=step.first)
        yield page.put(met, met + 1, "- **Met:** continue")


@plants("RB407")
def drop_escalation(page: Page) -> Iterator[Planted]:
    """Let no branch escalate or hand over."""
    lines = [
        line.replace("escalate", "stop") if line.startswith("- **") else line
        for line in page.lines
    ]
    lines = [
        "- **Not met:** stop"
        if line.startswith("- **Not met:** go to [") and ".md" in line
        else line
        for line in lines
    ]
    lines = [
        "- **Met:** stop"
        if line.startswith("- **Met:** go to [") and ".md" in line
        else line
        for line in lines
    ]
    yield page.put(0, len(page.lines), *lines, at=page.steps[0].first)


@plants("RB408")
def close_circle(page: Page) -> Iterator[Planted]:
    """Let two steps lead to each other and nowhere else."""
    for step in page.steps:
        if step.bullets and not step.is_question:
            own = f"- **Met:** go to [{step.title}](#{step.anchor})"
            other = own.replace("**Met:**", "**Not met:**")
            yield page.put(step.bullets[0], step.bullets[-1] + 1, own, other)


@plants("RB410")
def overlap_conditions(page: Page) -> Iterator[Planted]:
    for step in page.actions("promql"):
        expect, met = step.label("Expect"), step.bullet("Met")
        if expect is None or met is None or "`value " not in page.lines[expect]:
            continue
        target = page.lines[met].removeprefix("- **Met:** ")
        branches = (
            f"- **When** `value > 0.9`: {target}",
            "- **When** `value > 0.8`: escalate",
            "- **Met:** escalate",
        )
        last = step.bullets[-1]
        yield page.put(expect, last + 1, *branches, at=expect + 1)


@plants("RB411")
def garble_branch(page: Page) -> Iterator[Planted]:
    for step in page.steps:
        for at in step.bullets:
            label = page.lines[at].split(":**")[0]
            yield page.put(at, at + 1, f"{label}:** call the database team")
            yield page.put(at, at + 1, f"{label}:** proceed as seems best")


@plants("RB412")
def repeat_branch(page: Page) -> Iterator[Planted]:
    for step in page.steps:
        for at in step.bullets:
            label = page.lines[at].split(":**")[0]
            yield page.insert(at + 1, f"{label}:** escalate")
        if step.is_question:
            yield page.insert(step.bullets[-1] + 1, "- **Not met:** stop")


@plants("RB502")
def stop_after_change(page: Page) -> Iterator[Planted]:
    """Let a change end the run: its own answer is only that it was accepted."""
    for step in page.steps:
        change, expect, met = (
            step.label("Changes"),
            step.label("Expect"),
            step.bullet("Met"),
        )
        if (
            None in {change, expect, met}
            or change is None
            or expect is None
            or met is None
        ):
            continue
        lines = list(page.lines)
        lines[expect] = "**Expect:** the command succeeds: `exit_code == 0`"
        lines[met] = "- **Met:** stop"
        yield page.put(0, len(lines), *lines, at=change)


@plants("RB503")
def drop_exit(page: Page) -> Iterator[Planted]:
    """Let every path escalate: nothing says that it is over."""
    lines = [
        line.split(":** ")[0] + ":** escalate"
        if line.startswith("- **") and (line.endswith(" stop") or ".md" in line)
        else line
        for line in page.lines
    ]
    yield page.put(0, len(page.lines), *lines, at=page.steps[0].first)


@plants("RB302")
def reorder_steps(page: Page) -> Iterator[Planted]:
    """Put a step that captures a value behind the one that uses it."""
    for one, other in _captures_before_use(page):
        if not page.every(rf"\(#{one.anchor}\)"):
            yield _swapped(page, one, other)


@plants("RB402")
def reorder_entered_steps(page: Page) -> Iterator[Planted]:
    """The same where branches go to the first of the two, past the other."""
    for one, other in _captures_before_use(page):
        if page.every(rf"\(#{one.anchor}\)"):
            planted = _swapped(page, one, other)
            yield Planted(planted.changed, page.path, one.first + 1, one.first + 1)


def _captures_before_use(page: Page) -> Iterator[tuple[Step, Step]]:
    for one, other in pairwise(page.steps):
        at = one.label("Capture")
        if at is None or one.end != other.first:
            continue
        name = re.findall(r"`(\w+)`", page.lines[at])[0]
        uses = page.every(rf"\{{\{{ {name} \}}\}}", range(other.first, other.end))
        if uses and len(page.every(rf"^\*\*Capture:\*\* `{name}`")) == 1:
            yield one, other


def _swapped(page: Page, one: Step, other: Step) -> Planted:
    moved = (*page.lines[other.first : other.end], *page.lines[one.first : one.end])
    name = re.findall(r"`(\w+)`", page.lines[one.label("Capture") or 0])[0]
    use = page.every(rf"\{{\{{ {name} \}}\}}", range(other.first, other.end))[0]
    return page.put(one.first, other.end, *moved, at=use - other.first + one.first)

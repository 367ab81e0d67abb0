"""Defects of names, and of the places where values are put in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from seeded.page import Page, Planted
from seeded.planting import plants

_USE = r"\{\{ (\w+) \}\}"


def _uses(page: Page) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield the first placeholder of each line inside an action."""
    for step in page.actions():
        for at in step.body:
            if match := re.search(_USE, page.lines[at]):
                yield at, match


@plants("RB301")
def rename_placeholder(page: Page) -> Iterator[Planted]:
    for at, match in _uses(page):
        yield from page.sub(at, _USE, f"{{{{ {match[1]}x }}}}")
        yield from page.sub(at, _USE, "{{ whatever }}")


@plants("RB301")
def drop_declaration(page: Page) -> Iterator[Planted]:
    """Delete an input that a step uses."""
    for at in page.every(r"^  \w+:$", range(page.front_end)):
        name = page.lines[at].strip(" :")
        end = at + 1
        while page.lines[end].startswith("    "):
            end += 1
        rest = [*page.lines[:at], *page.lines[end:]]
        first = next(
            (n for n, line in enumerate(rest) if f"{{{{ {name} }}}}" in line), None
        )
        if first is not None:
            alone = page.lines[at - 1] == "inputs:" and not page.lines[end].startswith(
                "  "
            )
            start = at - 1 if alone else at
            yield page.put(start, end, at=first - alone)


@plants("RB301")
def drop_binding(page: Page) -> Iterator[Planted]:
    """Delete a capture whose value is used later."""
    for step in page.steps:
        at = step.label("Capture")
        if at is None:
            continue
        name = re.findall(r"`(\w+)`", page.lines[at])[0]
        others = [n for n in page.every(rf"^\*\*Capture:\*\* `{name}`") if n != at]
        uses = page.every(rf"\{{\{{ {name} \}}\}}")
        if uses and not others:
            yield page.put(at, at + 2, at=uses[0] - 2 if uses[0] > at else uses[0])


@plants("RB302")
def use_too_early(page: Page) -> Iterator[Planted]:
    """Ask for a captured value in the first step."""
    captured = page.every(r"^\*\*Capture:\*\* `")
    for at in captured:
        name = re.findall(r"`(\w+)`", page.lines[at])[0]
        for step in page.actions("promql", "logql"):
            line = step.body[0]
            if line < captured[0]:
                yield from page.sub(line, r'="[^"{}]+"', f'="{{{{ {name} }}}}"')


@plants("RB302")
def capture_elsewhere(page: Page) -> Iterator[Planted]:
    """Let a way lead around the step that captures a value."""
    for number, step in enumerate(page.steps):
        at = step.label("Capture")
        missed = step.bullet("Not met")
        if at is None or missed is None or number + 1 == len(page.steps):
            continue
        name = re.findall(r"`(\w+)`", page.lines[at])[0]
        after = page.steps[number + 1]
        uses = page.every(rf"\{{\{{ {name} \}}\}}", range(after.first, after.end))
        others = page.every(rf"^\*\*Capture:\*\* `{name}`")
        if uses and len(others) == 1:
            yield page.put(missed, missed + 1, "- **Not met:** continue", at=uses[0])


@plants("RB308")
def write_foreign_placeholder(page: Page) -> Iterator[Planted]:
    for at, match in _uses(page):
        yield from page.sub(at, _USE, f"<{match[1]}>")
    for step in page.actions("bash"):
        at = step.body[-1]
        yield page.put(at, at + 1, page.lines[at] + " --header Host:<your-host>")
        yield page.put(at, at + 1, page.lines[at] + " $UNSET_NAME")


@plants("RB309")
def garble_placeholder(page: Page) -> Iterator[Planted]:
    for at, match in _uses(page):
        name = match[1]
        for wrong in (
            f'{{{{ labels["{name}"] }}}}',
            f"{{{{ {name} | e }}}}",
            f"{{{{ {name}",
            f"{{{{ {name} + 1 }}}}",
        ):
            yield from page.sub(at, _USE, wrong.replace("\\", r"\\"))
    for step in page.actions():
        line = page.lines[step.first]
        yield page.put(step.first, step.first + 1, f"{line} {{{{ service }}}}")
        expect = step.label("Expect")
        if expect is not None:
            yield from page.sub(expect, r"(?<=[<>=] )\d[\d.e]*`$", "{{ limit }}`")


@plants("RB310")
def put_value_outside_string(page: Page) -> Iterator[Planted]:
    for step in page.actions("promql"):
        for at in step.body:
            if "job=" in page.lines[at] and "{{" not in page.lines[at]:
                yield from page.sub(at, r'job="checkout"', "job={{ labels.job }}")
    for step in page.actions("promql"):
        at = step.body[-1]
        yield from page.sub(at, r"\[\d+[mh]\]", "[{{ labels.window }}]")
    for step in page.actions("bpftrace"):
        for at in page.every(r" > \d+\)", step.body):
            yield from page.sub(at, r"\d+(?=\))", "{{ labels.limit }}")


@plants("RB312")
def shadow_name(page: Page) -> Iterator[Planted]:
    inputs = [
        page.lines[at].strip(" :")
        for at in page.every(r"^  \w+:$", range(page.front_end))
    ]
    for at in page.every(r"^\*\*Capture:\*\* `"):
        for name in (*inputs, "labels", "value"):
            yield from page.sub(at, r"`\w+`", f"`{name}`")

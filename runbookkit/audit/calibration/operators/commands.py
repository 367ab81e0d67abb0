"""Defects of what is to be run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from runbookkit.audit.calibration.page import Edited, Page, defect, extent

_OTHER: Final = {"promql": "logql", "logql": "traceql", "traceql": "promql"}


@defect("missing-command")
def drop_command(page: Page) -> Iterator[Edited]:
    """Leave the words of a step, without its command."""
    for step in page.steps:
        if step.action is not None:
            block = step.action.code.block
            rest = tuple(n for n in extent(step) if n < block.line)
            yield page.drop(block.line, block.end_line, at=rest)


@defect("missing-command", "wrong-tool")
def cut_query(page: Page) -> Iterator[Edited]:
    """Break off a query in its middle, as when it was copied badly."""
    for step in page.steps:
        if step.action is not None and step.action.language in _OTHER:
            number = step.action.code.span.line
            line = page.line(number)
            if line.endswith((")", "}")):
                end = step.action.code.span.end_line
                at = tuple(range(number, end + 1))
                yield page.put(number, number, line[:-1], at=at)


@defect("wrong-tool")
def wrong_tool(page: Page) -> Iterator[Edited]:
    """Say that a query is in the language of another engine."""
    for step in page.steps:
        if step.action is not None and step.action.language in _OTHER:
            number = step.action.code.block.line
            language = step.action.language
            lead = step.action.lead.span.line if step.action.lead else number
            at = (lead, number, number + 1)
            yield from page.swap(
                number, rf"^```{language}", f"```{_OTHER[language]}", at
            )


@defect("undefined-input")
def name_to_fill_in(page: Page) -> Iterator[Edited]:
    """Write a name to be filled in that nobody explains."""
    for step in page.steps:
        if step.action is not None and step.action.language == "bash":
            number = step.action.code.span.line
            yield from page.swap(number, r"https?://([^/ {]+)", r"http://<your-host>")


@defect("stale-reference")
def stale_pod_name(page: Page) -> Iterator[Edited]:
    """Name a pod that is gone with the next release."""
    for step in page.steps:
        if step.action is not None and step.action.language == "bash":
            span = step.action.code.span
            command = "kubectl logs -n shop checkout-7d9f8b6c5d-x2x4z --tail 20"
            yield page.put(span.line, span.end_line, command)


@defect("missing-access")
def drop_access(page: Page) -> Iterator[Edited]:
    """Leave out a tool that the runner must have."""
    tools = {"curl", "kubectl", "bpftrace", "root"}
    uses = tuple(
        step.action.code.span.line
        for step in page.steps
        if step.action is not None and step.action.language in {"bash", "bpftrace"}
    )
    for number in page.having(r"^access: \["):
        if any(tool in page.line(number) for tool in tools) and uses:
            at = (number, *uses, *(each + 1 for each in uses))
            yield page.put(number, number, "access: [Grafana viewer]", at=at)

"""RB201."""

from __future__ import annotations

import re
from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.document import Block, CodeBlock, Heading
from runbookkit.model.runbook import Runbook, Step
from runbookkit.queries.registry import fence_names

_PERSON: Final = re.compile(
    r"\b(?:agree|announce|answer|ask|call|contact|decide|discuss|explain|hand|inform"
    r"|invite|leave|mail|message|note|notify|open a|page|phone|post|record|report|say"
    r"|send|speak|talk|tell|ticket|wait|warn|write)\b",
    re.IGNORECASE,
)


@runbook_rule("RB201", level="error", since="0.1.0", needs="format")
def step_without_action(runbook: Runbook, context: Context) -> Found:
    """A step does not say what to do.

    ## Why is this bad?

    "Fix the TLS configuration" names an outcome. The reader knows that it
    should be fixed; the page is there to say how. A step without a command is
    fine when it asks a person something, points to a page, or names exactly
    what to type or press.

    ## Bad

    ````markdown
    ### Fix the certificate
    ````

    ````markdown
    ### Fix the certificate

    Correct the TLS configuration of the ingress.
    ````

    ## Good

    ````markdown
    ### Ask for a new certificate

    Ask the platform team for a new certificate of the ingress.
    ````
    """
    blocks = runbook.document.blocks
    for step in runbook.steps:
        if step.action is None and step.question is None:
            held = [block for block in blocks if _within(block, step)]
            yield from _judge(step, held, runbook)


def _within(block: Block, step: Step) -> bool:
    return step.span.line < block.span.line <= step.end_line


def _judge(step: Step, held: list[Block], runbook: Runbook) -> Found:
    hidden = [each for each in step.illustrations if each.language in fence_names()]
    if hidden:
        yield Problem(
            hidden[0].block,
            f"the command of step {step.title!r} stands inside a list, where the"
            " runner does not look; take it out of the list",
        )
        return
    if not step.prose and not any(_says_something(block, step) for block in held):
        yield Problem(
            step.span,
            f"step {step.title!r} says nothing; add a command, a query or a question",
        )
        return
    text = "\n".join(prose.text for prose in step.prose)
    shows = any(isinstance(block, CodeBlock) for block in held) or "`" in text
    if step.prose and not shows and not _PERSON.search(text):
        if _links(step, runbook):
            return
        yield Problem(
            step.prose[0].span,
            f"step {step.title!r} says an outcome, not an action; add the command, the"
            " query or a link to the page that does it",
            level="warning",
        )


def _says_something(block: Block, step: Step) -> bool:
    """Tell whether a block is more than a heading or a way out of the step."""
    branches = {branch.span.line for branch in step.branches}
    return not isinstance(block, Heading) and block.span.line not in branches


def _links(step: Step, runbook: Runbook) -> bool:
    branches = {branch.span.line for branch in step.branches}
    return any(
        step.span.line < link.span.line <= step.end_line
        and link.span.line not in branches
        and not link.image
        for link in runbook.document.links
    )

"""RB801."""

from __future__ import annotations

from collections.abc import Iterator

from runbookkit.errors import CouldNotCheckError
from runbookkit.lint.addresses import templated
from runbookkit.lint.context import Context, Handbook, Online
from runbookkit.lint.links import problem_of
from runbookkit.lint.rule import (
    CouldNotCheck,
    Found,
    Outcome,
    Problem,
    handbook_rule,
)
from runbookkit.model.facts import Facts


@handbook_rule("RB801", level="error", since="0.1.0")
def broken_link(handbook: Handbook, context: Context) -> Found:
    """A link leads to a file or a heading that does not exist.

    ## Why is this bad?

    The reader loses the thread in the middle of an outage, and whatever the
    link promised has to be found some other way. A branch into another
    runbook that is gone ends the run.

    Addresses with a scheme are only asked with `--online`. Links that a site
    generator resolves (Hugo's `ref`, paths from the root, `.html`) count as
    broken only where the files prove it.

    ## Bad

    ````markdown
    ## Notes

    - [The table of thresholds](#thresholds)
    - [How the gateway fails over](gateway-failover.md)
    ````

    ## Good

    ````markdown
    ## Notes

    - [What the alert means](#meaning)
    - [How the gateway fails over](gateway.md#fail-over)
    ````

    ````markdown file=gateway.md
    # Gateway

    ## Fail over

    Traffic moves to the second zone.
    ````
    """
    asked: dict[str, str | CouldNotCheckError] = {}
    for page in handbook.files.values():
        for link in page.links:
            broken = problem_of(link.name, page, handbook)
            if broken is None:
                continue
            if broken.unknown:
                yield CouldNotCheck(link.span, broken.message, page.path)
            else:
                yield Problem(
                    link.span, broken.message, level=broken.level, path=page.path
                )
        if handbook.online is not None:
            yield from _addresses(page, handbook.online, asked)


def _addresses(
    page: Facts, online: Online, asked: dict[str, str | CouldNotCheckError]
) -> Iterator[Outcome]:
    for url in page.urls:
        address = url.name.split("#", 1)[0]
        if not address.startswith(("http://", "https://")):
            continue
        if templated(address):
            reason = f"address {address!r} is a template"
            yield CouldNotCheck(url.span, reason, page.path)
            continue
        if address not in asked:
            asked[address] = _ask(address, online)
        answer = asked[address]
        if isinstance(answer, CouldNotCheckError):
            yield CouldNotCheck(url.span, str(answer), page.path)
        elif answer:
            message = f"{address!r} does not answer: {answer}; mend the address"
            yield Problem(url.span, message, path=page.path)


def _ask(address: str, online: Online) -> str | CouldNotCheckError:
    try:
        return online.link_problem(address)
    except CouldNotCheckError as error:
        return error

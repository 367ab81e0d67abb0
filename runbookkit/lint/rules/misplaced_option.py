"""RB213."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runbookkit.lint.commands import sampled
from runbookkit.lint.context import Context
from runbookkit.lint.leads import Clause, clauses, known_clauses
from runbookkit.lint.query_blocks import checked
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Action, LeadLine, Runbook
from runbookkit.queries.language import Language
from runbookkit.queries.registry import language_of


@runbook_rule("RB213", level="error", since="0.1.0", needs="format")
def misplaced_option(runbook: Runbook, context: Context) -> Found:
    """A lead line gives an option that its language does not have.

    ## Why is this bad?

    The option has no effect, and the reader believes that it has: a query runs
    on a server, not on a host, and a shell command knows no window.

    ## Bad

    ````markdown
    ### Count the failed requests

    **In Prometheus**, for 30s:

    ```promql
    sum(rate(http_requests_total{code=~"5.."}[5m]))
    ```

    **Expect:** fewer than 0.1 per second: `value < 0.1`

    - **Not met:** escalate
    ````

    ## Good

    ````markdown
    ### Count the failed requests

    **In Prometheus**, over the last 30m:

    ```promql
    sum(rate(http_requests_total{code=~"5.."}[5m]))
    ```

    **Expect:** fewer than 0.1 per second: `series[0].last < 0.1`

    - **Not met:** escalate
    ````
    """
    for step in runbook.steps:
        action = step.action
        language = language_of(action.language) if action else None
        if action is None or language is None or action.lead is None:
            continue
        yield from _problems(action, action.lead, language)


def _problems(action: Action, lead: LeadLine, language: Language) -> Iterator[Problem]:
    written = clauses(lead)
    known = known_clauses(language)
    for clause in written.values():
        if clause.name not in known:
            others = ", ".join(f"`{each}`" for each in known.values())
            yield Problem(
                clause.span,
                f"{clause.text!r} means nothing to {language.name}; remove it, or use"
                f" one of {others}",
            )
    if "window" in written and "at" in written and "at" in known:
        yield Problem(
            written["at"].span,
            f"{written['at'].text!r} and {written['window'].text!r} contradict each"
            " other: one asks for a moment, the other for a range; keep one",
        )
    if "step" in written and "window" not in written and "window" in known:
        yield Problem(
            written["step"].span,
            f"{written['step'].text!r} needs a range; add `over the last 1h`",
        )
    if "limit" in written and "limit" in known:
        yield from _limit(action, lead, language, written["limit"])


_LISTS = {"logs": "lines", "traces": "traces"}


def _limit(
    action: Action, lead: LeadLine, language: Language, clause: Clause
) -> Iterator[Problem]:
    result = checked(language.name, sampled(action.text), "")
    if lead.limit is None or result.problems:
        return
    # what answers with neither lines nor traces answers with numbers
    wanted = _LISTS.get(result.kind or "", "series")
    if lead.limit.unit != wanted:
        cure = re.sub(r"\w+$", wanted, clause.text)
        yield Problem(
            clause.span,
            f"{clause.text!r}: this query answers with {wanted}; write {cure!r}",
        )

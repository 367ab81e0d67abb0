"""RB308."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.finding import Edit, Fix
from runbookkit.model.runbook import SHELL_FENCES, Runbook, Step
from runbookkit.model.span import Located
from runbookkit.queries.foreign_placeholders import Foreign, foreign


@runbook_rule("RB308", level="error", since="0.1.0", needs="format")
def foreign_placeholder(runbook: Runbook, context: Context) -> Found:
    """An action holds a placeholder that is not of this format.

    ## Why is this bad?

    Nobody fills in `<pod>`: to a shell it redirects a file, and `$POD` is
    empty, so that `rm -r /data/$POD` removes everything. Write `{{ pod }}`: its
    value is checked and quoted.

    ## Bad

    ````markdown
    ### Delete the broken pod

    **In a shell**, within 60s:

    ```bash
    kubectl -n shop delete pod <pod>
    ```

    **Changes:** one pod of the shop starts anew

    **Expect:** `exit_code == 0`

    **Rollback:** none, because the deployment starts another pod

    - **Met:** continue
    - **Not met:** escalate
    ````

    ## Good

    ````markdown
    ### Delete the broken pod

    **In a shell**, within 60s:

    ```bash
    kubectl -n shop delete pod {{ labels.pod }}
    ```

    **Changes:** one pod of the shop starts anew

    **Expect:** `exit_code == 0`

    **Rollback:** none, because the deployment starts another pod

    - **Met:** continue
    - **Not met:** escalate
    ````
    """
    names = {_plain(each.name): each.name for each in runbook.metadata.inputs}
    for step in runbook.steps:
        names.update((_plain(each.name), each.name) for each in step.captures)
    for step in runbook.steps:
        yield from _host(step)
        for language, source in _programs(step):
            for each in _foreign(language, source.text):
                known = names.get(_plain(each.name))
                span = source.span_of(each.start, each.end)
                text = f"{{{{ {known or 'name'} }}}}"
                yield Problem(
                    span,
                    f"nobody fills in {source.text[each.start : each.end]!r}; write"
                    f" {text}" + ("" if known else " and declare the name as an input"),
                    Fix(f"write {text}", (Edit(span, text),), safe=False)
                    if known
                    else None,
                )


def _host(step: Step) -> Iterator[Problem]:
    lead = step.action.lead if step.action else None
    if lead is not None and lead.host and foreign(lead.host, shell=False):
        yield Problem(
            lead.span,
            f"nobody fills in {lead.host!r}; write {{{{ host }}}} and declare the name"
            " as an input",
        )


def _programs(step: Step) -> Iterator[tuple[str, Located]]:
    if step.action is not None:
        yield step.action.language, step.action.code
    if step.rollback is not None and step.rollback.command is not None:
        yield step.rollback.language, step.rollback.command


def _foreign(language: str, text: str) -> Iterator[Foreign]:
    for each in foreign(text, shell=language in SHELL_FENCES):
        # bpftrace has variables of its own, and maps with keys in brackets.
        if language != "bpftrace" or each.style in {"angle", "word"}:
            yield each


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())

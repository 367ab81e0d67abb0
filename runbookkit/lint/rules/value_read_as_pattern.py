"""RB313."""

from __future__ import annotations

import re

from runbookkit.lint.context import Context
from runbookkit.lint.patterns import fits
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.runbook import Runbook
from runbookkit.queries.placeholders import placeholders

_LANGUAGES = frozenset({"promql", "logql", "traceql"})
_PATTERN_BEFORE = re.compile(r"(?:=~|!~|\|~)\s*[\"`](?:[^\"`\\]|\\.)*$")
_SIGNIFICANT = ("a.b", "a(b", "a[b", "a|b", "a*b", "a{2}", "a\\b", "^", ".")
"""Values that mean more than themselves in a regular expression."""


@runbook_rule("RB313", level="warning", since="0.1.0", needs="format")
def value_read_as_pattern(runbook: Runbook, context: Context) -> Found:
    """A value is put in where the query reads a regular expression.

    ## Why is this bad?

    The value is quoted as a text, and the server still reads it as a pattern:
    a pod called `a.b` also matches `axb`, and a bracket in a label makes the
    query fail. A value that equals is what was meant.

    ## Bad

    ````markdown
    ---
    format: runbook/v1
    title: Checkout fails
    service: checkout
    owner: team-shop
    severity: page
    alerts: [CheckoutErrorsHigh]
    reviewed: 2026-11-01
    inputs:
      pod:
        description: Pod that fails
        from: labels.pod
    access: [kubectl in the namespace shop]
    ---

    ### The pod is up

    **In Prometheus**:

    ```promql
    up{pod=~"{{ pod }}"}
    ```

    **Expect:** `value == 1`

    - **Met:** continue
    - **Not met:** escalate
    ````

    ## Good

    ````markdown
    ---
    format: runbook/v1
    title: Checkout fails
    service: checkout
    owner: team-shop
    severity: page
    alerts: [CheckoutErrorsHigh]
    reviewed: 2026-11-01
    inputs:
      pod:
        description: Pod that fails
        from: labels.pod
    access: [kubectl in the namespace shop]
    ---

    ### The pod is up

    **In Prometheus**:

    ```promql
    up{pod="{{ pod }}"}
    ```

    **Expect:** `value == 1`

    - **Met:** continue
    - **Not met:** escalate
    ````

    ## See also

    An input whose `pattern` keeps out what is special in a regular expression
    may stand in one: its value means itself there.
    """
    plain = {
        each.name
        for each in runbook.metadata.inputs
        if each.type in {"number", "duration"}
        or not any(fits(each.pattern, value) for value in _SIGNIFICANT)
    }
    for step in runbook.steps:
        if step.action is None or step.action.language not in _LANGUAGES:
            continue
        code = step.action.code
        for each in placeholders(code.text):
            before = code.text[: each.start].rpartition("\n")[2]
            if each.name not in plain and _PATTERN_BEFORE.search(before):
                yield Problem(
                    code.span_of(each.start, each.end),
                    f"the value of {each.name!r} is read as a regular expression here;"
                    " compare with `=`, or give the input a pattern of plain characters",
                )

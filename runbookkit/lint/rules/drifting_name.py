"""RB513."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.query_blocks import Query, queries
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.markdown.inline import code_spans
from runbookkit.model.document import Prose
from runbookkit.model.finding import Edit, Fix
from runbookkit.model.runbook import Runbook, Step
from runbookkit.model.span import Span

_METRIC: Final = re.compile(r"[a-zA-Z_:][a-zA-Z0-9:]*(?:_[a-zA-Z0-9:]+)+")
_SUFFIX: Final = re.compile(r"_(?:total|sum|count|bucket|seconds|bytes|ratio|info)$")
_SERVICE: Final = re.compile(
    r"\b(?P<label>service|service_name|job|app)\s*=\s*\"(?P<value>[^\"{}]+)\""
)


@runbook_rule("RB513", level="warning", since="0.1.0", needs="format")
def drifting_name(runbook: Runbook, context: Context) -> Found:
    """A name in the text is nearly, but not quite, the one in the query.

    ## Why is this bad?

    One of the two is misspelled or was renamed. If it is the query's, the
    answer is empty, and an empty graph is easily read as a healthy one.

    ## Bad

    ````markdown
    ### Count the failed requests

    `http_requests_totals` counts every answer by its code.

    **In Prometheus**:

    ```promql
    sum(rate(http_requests_total{service="checkout", code=~"5.."}[5m]))
    ```

    **Expect:** fewer than 0.1 failed requests per second: `value < 0.1`

    - **Met:** stop
    - **Not met:** continue
    ````

    ## Good

    ````markdown
    ### Count the failed requests

    `http_requests_total` counts every answer by its code.

    **In Prometheus**:

    ```promql
    sum(rate(http_requests_total{service="checkout", code=~"5.."}[5m]))
    ```

    **Expect:** fewer than 0.1 failed requests per second: `value < 0.1`

    - **Met:** stop
    - **Not met:** continue
    ````
    """
    found = [each for each in queries(runbook) if each.is_action and each.step]
    known = {
        name
        for query in found
        for name in query.check(context.options.versions).metrics
    }
    for query in found:
        metrics = query.check(context.options.versions).metrics
        if query.step is not None and metrics:
            yield from _in_prose(query.step, metrics, known)
        yield from _services(query, runbook)


def _in_prose(
    step: Step, metrics: tuple[str, ...], known: set[str]
) -> Iterator[Problem]:
    for prose in step.prose:
        for span, name in _names(prose):
            if name in known:
                continue
            near = next((each for each in metrics if _is_near(name, each)), "")
            if near:
                yield Problem(
                    span,
                    f"the text says {name!r}, and the query selects {near!r}; make"
                    " them agree",
                    Fix(f"write {near}", (Edit(span, near),), safe=False),
                )


def _names(prose: Prose) -> Iterator[tuple[Span, str]]:
    for match in code_spans(prose.text):
        if _METRIC.fullmatch(match[2]):
            yield prose.span_of(*match.span(2)), match[2]


def _is_near(name: str, metric: str) -> bool:
    if metric.startswith(name) or name.startswith(metric):
        # A histogram goes by its name without the ending.
        return len(name) - len(metric) in {1, 2}
    same = _SUFFIX.sub("", name) == _SUFFIX.sub("", metric)
    return same or (len(name) > 8 and _distance_within(name, metric, 2))


def _services(query: Query, runbook: Runbook) -> Iterator[Problem]:
    service = runbook.metadata.service
    if len(service) < 4:
        return
    for match in _SERVICE.finditer(query.block.text):
        value = match["value"]
        if value != service and _distance_within(value, service, 2):
            yield Problem(
                query.block.span_of(*match.span("value")),
                f"the query asks for service {value!r}, and the runbook is about"
                f" {service!r}; make them agree",
            )


def _distance_within(one: str, other: str, most: int) -> bool:
    """Tell whether so many single letters make one word into the other."""
    if abs(len(one) - len(other)) > most:
        return False
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        before, row[0] = row[0], number
        for place, its in enumerate(other, 1):
            change = before + (letter != its)
            before = row[place]
            row[place] = min(change, row[place] + 1, row[place - 1] + 1)
        if min(row) > most:
            return False
    return row[-1] <= most

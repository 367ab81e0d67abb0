"""RB804."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from runbookkit.errors import CouldNotCheckError
from runbookkit.lint.context import Context, Handbook, Online
from runbookkit.lint.near import hint
from runbookkit.lint.rule import (
    CouldNotCheck,
    Found,
    Outcome,
    Problem,
    handbook_rule,
)
from runbookkit.model.facts import Facts, Named

# Prometheus writes the first ones itself, client libraries the others.
_BUILT_IN = (
    "up", "ALERTS", "ALERTS_FOR_STATE", "scrape_*",
    "process_*", "go_*", "python_*", "jvm_*",
)  # fmt: skip
_NEAR = 0.85
_SERIES = ("_bucket", "_count", "_sum")


@handbook_rule("RB804", level="error", since="0.1.0")
def stale_reference(handbook: Handbook, context: Context) -> Found:
    """A query selects a metric that is known nowhere else.

    ## Why is this bad?

    The exporter renamed the metric. The query answers with an empty graph,
    and an empty graph reads as health.

    Metrics are looked up in the expressions of the known rule files. Some are
    used by no rule and yet exist, so a missing one is a warning; with
    `--online` Prometheus itself is asked, and what it does not know is an
    error. Nothing is reported when no rule file is known.

    ## Bad

    ````yaml
    groups:
      - name: checkout
        rules:
          - alert: CheckoutErrorsHigh
            expr: sum(rate(http_server_requests_total{code=~"5.."}[5m])) > 0.01
            for: 5m
            labels:
              severity: page
            annotations:
              runbook_url: https://runbooks.example.com/checkout-fails
    ````

    ````markdown file=checkout-fails.md
    ## Meaning

    `CheckoutErrorsHigh`: for 5 minutes more than 1 % of the checkout requests have failed.
    ````

    ## Good

    ````yaml
    groups:
      - name: checkout
        rules:
          - alert: CheckoutErrorsHigh
            expr: sum(rate(http_requests_total{code=~"5.."}[5m])) > 0.01
            for: 5m
            labels:
              severity: page
            annotations:
              runbook_url: https://runbooks.example.com/checkout-fails
    ````

    ````markdown file=checkout-fails.md
    ## Meaning

    `CheckoutErrorsHigh`: for 5 minutes more than 1 % of the checkout requests have failed.
    ````

    ## Options

    `external_metrics` under `[lint]` lists names, or beginnings that end in `*`,
    that need not be in any rule.
    """
    known = handbook.once(_metrics)
    if not known and handbook.online is None:
        return
    spared = (*_BUILT_IN, *context.options.external_metrics)
    asked: dict[str, _Answer] = {}
    for page in handbook.files.values():
        if page.kind != "runbook" or not page.declared:
            continue
        for metric in page.metrics:
            name = metric.name
            if _family(name) in known or any(
                fnmatchcase(name, each) for each in spared
            ):
                continue
            if handbook.online is None:
                yield _missing(page, metric, known)
                continue
            if name not in asked:
                asked[name] = _ask(name, handbook.online)
            yield from _answered(page, metric, asked[name], known)


def _metrics(handbook: Handbook) -> frozenset[str]:
    """Return the metric families that the rule files mention or record."""
    return frozenset(
        _family(each.name)
        for facts in handbook.everything().values()
        if facts.kind == "rules"
        for each in (*facts.metrics, *facts.recordings)
    )


def _near(name: str, known: frozenset[str]) -> str:
    """Return a hint at a metric of the same exporter."""
    first = name.split("_", 1)[0]
    same = (each for each in known if each.split("_", 1)[0] == first)
    return hint(name, same, cutoff=_NEAR)


def _family(metric: str) -> str:
    """Return a histogram's or summary's name: its series come and go together."""
    for ending in _SERIES:
        if metric.endswith(ending):
            return metric.removesuffix(ending)
    return metric


class _Answer(NamedTuple):
    found: bool
    unknown: str = ""


def _ask(name: str, online: Online) -> _Answer:
    try:
        return _Answer(online.has_metric(name))
    except CouldNotCheckError as error:
        return _Answer(found=False, unknown=str(error))


def _answered(
    page: Facts, metric: Named, answer: _Answer, known: frozenset[str]
) -> Iterator[Outcome]:
    if answer.unknown:
        yield CouldNotCheck(metric.span, answer.unknown, page.path)
    elif not answer.found:
        yield Problem(
            metric.span,
            f"no metric {metric.name!r} is in Prometheus{_near(metric.name, known)};"
            " name one that it has",
            path=page.path,
        )


def _missing(page: Facts, metric: Named, known: frozenset[str]) -> Problem:
    return Problem(
        metric.span,
        f"no rule mentions metric {metric.name!r}{_near(metric.name, known)}; mend the"
        " name, or list it under `external_metrics`",
        level="warning",
        path=page.path,
    )

"""How old the samples are that an answer rests on.

The time that Prometheus gives with a value is the time that was asked about, and
a rate goes on for the rest of its range after its target has died. So the newest
sample's own time is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

from runbookkit.backends.prometheus.answers import SERVER, body_of, result_of
from runbookkit.backends.prometheus.forms import API, allowed
from runbookkit.errors import BackendError
from runbookkit.exchange import Remote
from runbookkit.moments import seconds
from runbookkit.queries.promql import check_promql

if TYPE_CHECKING:
    from promql_parser import Expr

_MOST: Final = 5
_NUMBER: Final = "runbookkit_selector"
_MISSED: Final = frozenset({"absent", "absent_over_time"})
_MOST_TIME: Final = timedelta(seconds=2)
_LEAST_TIME: Final = timedelta(milliseconds=100)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old an answer is, and which selectors have no sample of this moment."""

    as_of: datetime | None = None
    """Of what the answer rests on, the oldest decides."""
    infos: tuple[str, ...] = ()


def freshness_beside(
    query: str, at: datetime, remote: Remote, left: timedelta
) -> Callable[[timedelta], Freshness]:
    """Begin to ask how old the samples are; return what waits for the answer.

    It waits no longer than it is told to: the answer itself is there already.
    """
    asked: Future[Freshness] = Future()

    def work() -> None:
        fresh = Freshness()
        try:
            fresh = freshness_of(query, at, remote, left)
        finally:
            asked.set_result(fresh)

    def wait(patience: timedelta) -> Freshness:
        try:
            return asked.result(max(patience.total_seconds(), 0))
        except TimeoutError:
            return Freshness()

    # a daemon: where the query itself fails, nobody waits for this
    Thread(target=work, name="freshness", daemon=True).start()
    return wait


def freshness_of(
    query: str, at: datetime, remote: Remote, left: timedelta
) -> Freshness:
    """Return how old the samples of a query are; nothing when that cannot be told.

    What goes wrong here never costs the answer.
    """
    selectors = selectors_of(query)
    timeout = min(left, _MOST_TIME)
    if not selectors or timeout < _LEAST_TIME:
        return Freshness()
    try:
        times = _times(newest_now(selectors), selectors, at, remote, timeout)
        gone = tuple(each for each in selectors if each not in times)
        if gone:
            times |= _times(newest_lately(gone), gone, at, remote, timeout)
    except BackendError:
        return Freshness()
    infos = tuple(
        f"`{each}` has no sample at this moment: its targets are gone, or it ended;"
        " what looks back rests on older samples"
        for each in gone
    )
    return Freshness(min(times.values(), default=None), infos)


def _times(
    query: str,
    selectors: Sequence[str],
    at: datetime,
    remote: Remote,
    timeout: timedelta,
) -> dict[str, datetime]:
    form = {"query": query, "time": seconds(at), "timeout": allowed(timeout)}
    body = body_of(remote.post(f"{API}query", form, timeout), remote)
    with remote.understanding(SERVER):
        return times_of(result_of(body["data"]).series, selectors)


def selectors_of(query: str) -> tuple[str, ...]:
    """Return the selectors of a query that name a metric and read the present.

    Nothing, when the query asks for what is absent or looks at the past.

    >>> selectors_of('sum(rate(a{b="c"}[5m])) / (d offset 1d)')
    ('a{b="c"}',)
    """
    checked = check_promql(query)
    if checked.problems or checked.unchecked:
        return ()  # too deep for the library, or new to it
    import promql_parser as library  # noqa: PLC0415  slow

    nodes: list[Expr] = []
    try:
        library.walk(library.parse(query), nodes.append)
    except ValueError:
        return ()
    if any(map(_is_elsewhere, nodes)):
        return ()
    found = (
        node.prettify().strip()
        for node in nodes
        if isinstance(node, library.VectorSelector)
        and node.name
        and node.offset is None
        and node.at is None
    )
    return tuple(dict.fromkeys(found))[:_MOST]


def _is_elsewhere(node: Any) -> bool:
    if type(node).__name__ == "SubqueryExpr":
        return node.offset is not None or node.at is not None
    return type(node).__name__ == "Call" and node.func.name in _MISSED


def newest_now(selectors: Sequence[str]) -> str:
    """Return the query for the time of each selector's newest sample.

    A selector whose targets are gone has none.
    """
    return _each(selectors, "max(timestamp({}))")


def newest_lately(selectors: Sequence[str]) -> str:
    """Return the same for the last five minutes, to five seconds."""
    return _each(selectors, "max(max_over_time(timestamp({})[5m:5s]))")


def _each(selectors: Sequence[str], form: str) -> str:
    return " or ".join(
        f'label_replace({form.format(each)}, "{_NUMBER}", "{number}", "", "")'
        for number, each in enumerate(selectors)
    )


def times_of(
    series: Sequence[Mapping[str, Any]], selectors: Sequence[str]
) -> dict[str, datetime]:
    """Return the times that one of these queries has answered, by selector."""
    return {
        selectors[int(each["labels"][_NUMBER])]: datetime.fromtimestamp(
            each["value"], UTC
        )
        for each in series
    }

"""Ask Prometheus for single numbers, each with the query that it comes from."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from runbookkit.app.explore import explore_link
from runbookkit.errors import BackendError
from runbookkit.model.answer import Answer, Ask, Window
from runbookkit.model.impact import Gap, Measured
from runbookkit.model.observation import Links, NotAsked
from runbookkit.model.options import Grafana
from runbookkit.ports import Backend
from runbookkit.queries.promql_ranges import pinned, ranged
from runbookkit.slo.gaps import gaps_of, slot_of
from runbookkit.slo.windows import in_window, promql

TIMEOUT: Final = timedelta(seconds=60)
"""A window of 30 days takes its time."""


@dataclass(slots=True)
class Meter:
    """A Prometheus that is asked for numbers, or named as not asked."""

    backend: Backend | None
    grafana: Grafana
    not_asked: list[NotAsked] = field(default_factory=list)

    def value(self, query: str, at: datetime, what: str = "") -> Measured:
        """Return a number as of a moment.

        The moment goes with the question, not as ``@`` into the query: there it
        would have to stand behind each selector, and one that was forgotten
        would silently look at another time.
        """
        answer = self._ask(Ask("promql", query, at, TIMEOUT, at=at), what)
        links = self.links(query, at)
        if answer is None:
            return Measured(None, query, at, links, "not asked")
        value = answer.names.get("value")
        if value is None:
            many = not answer.empty
            note = "several series came" if many else "no data"
            return Measured(None, query, at, links, note)
        if not math.isfinite(value):
            return Measured(None, query, at, links, "no events")
        return Measured(float(value), query, at, links)

    def series(
        self, query: str, at: datetime, label: str, what: str = ""
    ) -> dict[str, float]:
        """Return numbers by a label's value; series without the label are left out."""
        answer = self._ask(Ask("promql", query, at, TIMEOUT, at=at), what)
        found = answer.names["series"] if answer is not None else ()
        return {
            each["labels"][label]: float(each["value"])
            for each in found
            if each["labels"].get(label) and math.isfinite(each["value"])
        }

    def points(
        self, query: str, start: datetime, end: datetime, step: timedelta
    ) -> list[Any]:
        """Return times in Unix seconds and values of one series; none without data."""
        ask = Ask("promql", query, end, TIMEOUT, window=Window(start, end), step=step)
        answer = self._ask(ask, "the course of an incident")
        return list(_points(answer)) if answer is not None else []

    def gaps(
        self, query: str, start: datetime, end: datetime
    ) -> tuple[Gap, ...] | None:
        """Return where a query's selectors have no samples; none if not known."""
        selectors = selectors_of(query)
        slot = slot_of(start, end)
        if not selectors or end - start < slot:
            return None
        over = promql(slot)
        counted = " + ".join(
            f"sum(count_over_time({each}[{over}]))" for each in selectors
        )
        window = Window(start, end)
        ask = Ask("promql", counted, end, TIMEOUT, window=window, step=slot)
        answer = self._ask(ask, "samples")
        if answer is None:
            return None
        return gaps_of(list(_points(answer)), start, end, slot)

    def _ask(self, ask: Ask, what: str) -> Answer | None:
        if self.backend is None:
            self._missing(
                "no Prometheus is configured; name one under"
                " [backends.prometheus.endpoint]",
                "",
            )
            return None
        try:
            answer = self.backend.ask(ask)
        except BackendError as error:
            self._missing(str(error), what)
            return None
        if answer.voids:
            self._missing(f"the answer is only a part: {answer.voids}", what)
            return None
        return answer

    def links(self, query: str, at: datetime) -> Links:
        """Return where a query is shown as of a moment."""
        ask = Ask("promql", query, at, TIMEOUT, at=at)
        own = self.backend.link(ask) if self.backend is not None else ""
        return Links(own, explore_link(self.grafana, ask))

    def _missing(self, reason: str, what: str) -> None:
        found = NotAsked(f"metrics, {what}" if what else "metrics", reason)
        if found not in self.not_asked:
            self.not_asked.append(found)


def selectors_of(query: str) -> tuple[str, ...]:
    """Return the selectors that a query of an objective counts samples of."""
    whole = in_window(query, timedelta(minutes=5))
    try:
        return () if pinned(whole) else ranged(whole)
    except ValueError:
        return ()


def _points(answer: Answer) -> Iterator[Any]:
    for each in answer.names["series"]:
        yield from each["points"]

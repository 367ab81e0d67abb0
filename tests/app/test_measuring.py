"""Impact that is measured by itself, early and once an incident is over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from doubles.clocks import StillClock
from houses import House
from runbookkit.app.assessing import Measuring
from runbookkit.app.measuring import Impacts, impact_performer
from runbookkit.app.metering import Meter
from runbookkit.app.working import Done
from runbookkit.errors import BackendUnavailableError, CouldNotCheckError
from runbookkit.incidents.planning import EVIDENCE_QUEUE, MEASURE
from runbookkit.model.answer import Answer, Ask, ResultKind
from runbookkit.model.job import Job
from runbookkit.model.options import Grafana
from runbookkit.model.policy import Policy
from runbookkit.model.slo import Objective
from runbookkit.series import at_once, kept, over_time

OBJECTIVE = Objective(
    "shop",
    "orders",
    0.999,
    0.001,
    error_query='sum(rate(orders{code="5.."}[{{.window}}]))',
    total_query="sum(rate(orders[{{.window}}]))",
)
SCRAPE = 15.0
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


class Counters:
    """Ten orders a second; half of them fail from the noon on, for a while."""

    name = "prometheus"
    languages: tuple[str, ...] = ("promql",)

    def __init__(self, noon: datetime, seconds: float, *, up: bool = True) -> None:
        self._noon, self._seconds, self.up = noon.timestamp(), seconds, up
        self.since = float("-inf")
        """When it began to scrape, in seconds after noon."""

    def ask(self, ask: Ask) -> Answer:
        if not self.up:
            raise BackendUnavailableError("is down", backend=self.name)
        if ask.window is None:
            value = self._value(ask.text, (ask.at or ask.now).timestamp())
            series = [] if value is None else [at_once({}, value)]
        else:
            series = [over_time({}, list(self._points(ask)))]
        names = kept(series, None).names
        kind: ResultKind = "instant" if ask.window is None else "range"
        return Answer(kind, names, "", ask.text, ask.now, timedelta(), empty=not series)

    def link(self, _: Ask) -> str:
        return ""

    def _points(self, ask: Ask) -> Iterator[tuple[float, float]]:
        assert ask.window is not None
        assert ask.step is not None
        step = ask.step.total_seconds()
        at = ask.window.start.timestamp()
        while at <= ask.window.end.timestamp():
            value = self._value(ask.text, at)
            if value is not None:
                yield at, value
            at += step

    def _value(self, query: str, at: float) -> float | None:
        found = re.search(r"\[(\d+)([smhd])\]", query)
        assert found is not None, query
        begin = max(at - float(found[1]) * UNITS[found[2]], self._noon + self.since)
        seconds = at - begin
        if seconds < 2 * SCRAPE:
            return None  # a rate takes two samples
        harm = min(at, self._noon + self._seconds) - max(begin, self._noon)
        bad = max(0.0, harm) * 5
        if "count_over_time" in query:
            return seconds / SCRAPE
        if "min_over_time" in query:
            return 0.0
        if "/" in query:
            return bad / (10 * seconds)
        return bad if "5.." in query else 10 * seconds


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.store.close()


def perform(house: House, counters: Counters | None, job: Job) -> Done:
    impacts = Impacts(
        house.store,
        lambda: Measuring({OBJECTIVE.id: OBJECTIVE}, Meter(counters, Grafana())),
        Policy(),
        StillClock(house.now),
    )
    done = impact_performer(impacts)(job)
    assert isinstance(done, Done)
    house.store.finish(job, done.events, done.jobs)
    return done


def claimed(house: House, kind: str = MEASURE) -> Job:
    """Return the next job of a kind; what comes before it is done."""
    for _ in range(5):
        job = house.store.claim("w", (EVIDENCE_QUEUE,), house.now, timedelta(minutes=5))
        assert job is not None
        if job.kind == kind:
            return job
        house.store.finish(job)
    raise AssertionError(kind)


def over(house: House, seconds: float) -> tuple[int, Counters]:
    """Return an incident of harm of a length, resolved when the harm was."""
    number = house.alert(0.1)
    house.alert(seconds / 60, "resolved")
    return number, Counters(house.at(0), seconds)


def impacts(house: House, number: int) -> list[dict[str, Any]]:
    events = house.store.read(f"incident/{number}")
    return [dict(each.data) for each in events if each.kind == "impact computed"]


@pytest.mark.parametrize("seconds", [5, 20, 59, 300, 3600])
def test_an_incident_that_is_over_is_measured_by_a_job_however_short(
    house: House, seconds: float
) -> None:
    number, counters = over(house, seconds)

    house.at(seconds / 60 + 0.1)
    perform(house, counters, claimed(house))
    house.at(seconds / 60 + 9)
    perform(house, counters, claimed(house))

    early, last = impacts(house, number)
    assert (early["final"], last["final"]) == (False, True)
    assert last["impact"]["bad"]["value"] == pytest.approx(5 * seconds, rel=0.1)
    began, ended = (datetime.fromisoformat(last[each]) for each in ("start", "end"))
    assert abs((began - house.at(0)).total_seconds()) <= 5
    assert abs((ended - house.at(seconds / 60)).total_seconds()) <= 5


def test_harm_that_outlasts_its_incident_is_followed_for_half_an_hour(
    house: House,
) -> None:
    number = house.alert(1)
    house.alert(2, "resolved")
    counters = Counters(house.at(0), 36_000)

    for minutes in (2.1, 10.1, 33.1):
        house.at(minutes)
        perform(house, counters, claimed(house))

    assert [each["final"] for each in impacts(house, number)] == [False, False, True]
    assert "end" not in impacts(house, number)[-1]
    house.at(600)
    nothing = house.store.claim("w", (EVIDENCE_QUEUE,), house.now, timedelta(minutes=5))
    assert nothing is None


def test_it_waits_for_a_server_that_is_down(house: House) -> None:
    number, counters = over(house, 300)
    counters.up = False
    job = claimed(house)

    with pytest.raises(CouldNotCheckError, match="is down"):
        perform(house, counters, job)

    assert impacts(house, number) == []


def test_without_a_prometheus_nothing_is_waited_for(house: House) -> None:
    number, _ = over(house, 300)

    done = perform(house, None, claimed(house))

    assert (done.events, done.jobs) == ((), ())
    assert impacts(house, number) == []


def test_too_few_samples_are_no_harm_and_no_peace(house: House) -> None:
    number, counters = over(house, 20)
    counters.since = 15

    house.at(0.6)
    done = perform(house, counters, claimed(house))

    assert impacts(house, number) == []
    (told,) = done.events
    assert told.data["text"].startswith("not enough samples yet: impact on shop-orders")
    assert [each.kind for each in done.jobs] == [MEASURE]


def test_an_incident_that_was_reopened_is_not_over(house: House) -> None:
    number, counters = over(house, 300)
    job = claimed(house)
    house.alert(6)

    perform(house, counters, job)

    assert impacts(house, number) == []
    assert claimed(house).data == {"turn": 1, "over": False}

"""A Prometheus that holds made-up series, so that the truth is known."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from runbookkit.app.budgets import measure_impact, status_of
from runbookkit.app.metering import Meter
from runbookkit.backends.prometheus import Config, connect
from runbookkit.clock import SystemClock
from runbookkit.http import Endpoint
from runbookkit.model.impact import Impact
from runbookkit.model.options import Grafana
from runbookkit.model.slo import Objective, SloFile
from runbookkit.ports import Backend
from runbookkit.slo.harm import harm_around
from runbookkit.slo.rules import error_ratio
from servers import need, prometheus

pytestmark = [pytest.mark.program, pytest.mark.allow_hosts(["127.0.0.1"])]
HOURS = 6
SCRAPE = 15
END = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
BEGIN = END - timedelta(hours=HOURS)
FAULT = timedelta(hours=5), timedelta(hours=5, minutes=20)
DOWN = timedelta(hours=5, minutes=6), timedelta(hours=5, minutes=12)
GOOD, BAD, BORN = 10, 2, 40
OBJECTIVE = Objective(
    "shop",
    "orders",
    0.95,
    0.05,
    'sum(rate(orders_total{code="500"}[{{.window}}])) or vector(0)',
    "sum(rate(orders_total[{{.window}}]))",
    window=timedelta(hours=HOURS),
)


def samples() -> Iterator[str]:
    """Yield ten good orders a second; from the fault on, two failures of tenant a."""
    yield "# TYPE orders counter"
    series = ['tenant="a",code="200"', 'tenant="a",code="500"', 'tenant="b",code="500"']
    for number, labels in enumerate(series):
        for second in range(0, HOURS * 3600 + 1, SCRAPE):
            into = timedelta(seconds=second)
            fault = max(timedelta(), min(into, FAULT[1]) - FAULT[0])
            counts = [GOOD * second, BAD * fault.total_seconds(), BORN]
            unborn = number == 2 and into < FAULT[0] + timedelta(minutes=2)
            if unborn or DOWN[0] <= into <= DOWN[1]:
                continue
            at = (BEGIN + into).timestamp()
            yield f"orders_total{{{labels}}} {counts[number]} {at:.0f}"
    yield "# EOF"


@pytest.fixture(scope="module")
def meter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meter]:
    folder = tmp_path_factory.mktemp("prometheus")
    (folder / "samples").write_text("\n".join(samples()) + "\n")
    made = [need("promtool"), "tsdb", "create-blocks-from", "openmetrics"]
    subprocess.run(
        [*made, folder / "samples", folder / "data"], check=True, capture_output=True
    )
    with prometheus(folder, "global: {}\n") as url:
        config = Config(Endpoint(url), freshness=False)
        backend = connect(config, clock=SystemClock())
        yield Meter(cast("Backend", backend), Grafana())


def of_fault(meter: Meter, *labels: str) -> Impact:
    start, end = (BEGIN + each for each in FAULT)
    return measure_impact(OBJECTIVE, start, end, meter, labels)


def test_the_truth_lies_between_least_and_most(meter: Meter) -> None:
    truth = BAD * (FAULT[1] - FAULT[0]).total_seconds() + BORN

    found = of_fault(meter)

    assert found.bad_least is not None
    assert found.bad_most is not None
    assert found.bad_least <= truth <= found.bad_most
    assert found.bad_most < 1.1 * truth


def test_what_is_spent_and_left_adds_up(meter: Meter) -> None:
    bad = BAD * (FAULT[1] - FAULT[0]).total_seconds()
    events = GOOD * FAULT[1].total_seconds() + bad

    found = of_fault(meter)

    assert found.spent == pytest.approx(bad / (OBJECTIVE.budget * events), rel=0.02)
    assert found.spent is not None
    assert found.left_before is not None
    assert found.left_after == pytest.approx(found.left_before - found.spent)


def test_the_rate_is_the_ratio_over_what_is_allowed(meter: Meter) -> None:
    found = of_fault(meter)

    assert found.burn == pytest.approx(BAD / (GOOD + BAD) / OBJECTIVE.budget, rel=0.02)
    assert found.gone_in_seconds == pytest.approx(
        (found.left_after or 0) * HOURS * 3600 / (found.burn or 1)
    )


def test_a_stretch_without_scrapes_is_shown(meter: Meter) -> None:
    found = of_fault(meter)

    (gap,) = found.gaps
    assert abs(gap.start - (BEGIN + DOWN[0])) <= timedelta(minutes=2)
    assert abs(gap.end - (BEGIN + DOWN[1])) <= timedelta(minutes=2)


def test_series_that_began_within_the_incident_are_told(meter: Meter) -> None:
    found = of_fault(meter)

    assert any(f"had counted {BORN}" in note for note in found.notes)


def test_tenants_are_told_apart(meter: Meter) -> None:
    found = of_fault(meter, "tenant", "route")

    first, second = found.by_label
    assert (first.value, second.value, second.bad) == ("a", "b", 0)
    assert first.bad == found.bad.value if found.bad else False
    assert "nothing can be told apart by the label route" in found.notes


def test_a_time_before_all_samples_is_unknown_not_zero(meter: Meter) -> None:
    start = BEGIN - timedelta(hours=2)

    found = measure_impact(OBJECTIVE, start, start + timedelta(hours=1), meter)

    assert found.total is not None
    assert (found.total.value, found.spent, found.burn) == (None, None, None)
    assert found.covered == 0


def test_every_number_leads_to_its_query(meter: Meter) -> None:
    found = of_fault(meter)

    for each in (found.bad, found.total, found.ratio, found.budget):
        assert each is not None
        assert each.query
        assert "/graph?" in each.links.server


def test_status_says_how_much_is_left_and_what_is_missing(meter: Meter) -> None:
    found = status_of((SloFile("a.yaml", (OBJECTIVE,)),), meter, BEGIN + FAULT[1])

    (budget,) = found.objectives
    assert not found.not_asked
    assert budget.left is not None
    assert 0.7 < budget.left < 0.8
    # what of the window lies before the first sample has no data
    assert budget.covered == pytest.approx(5.2 / HOURS, abs=0.03)
    assert any("of the window only" in note for note in budget.notes)


def test_the_harm_is_found_whatever_was_not_measured_in_between(meter: Meter) -> None:
    seen = BEGIN + FAULT[0] + timedelta(minutes=4)
    query = error_ratio(OBJECTIVE, "2m")
    step = timedelta(seconds=30)
    points = meter.points(query, seen - timedelta(hours=2), END, step)

    harm = harm_around(points, OBJECTIVE.budget, seen, window=timedelta(minutes=2))

    assert harm is not None
    assert harm.end is not None
    assert abs(harm.start - (BEGIN + FAULT[0])) <= timedelta(minutes=1)
    assert abs(harm.end - (BEGIN + FAULT[1])) <= timedelta(minutes=1)

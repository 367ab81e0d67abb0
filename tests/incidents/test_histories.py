from __future__ import annotations

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from alert_histories import Histories, Storms

SAMPLE = settings(max_examples=60, stateful_step_count=30, deadline=None)


def test_whatever_happens_to_alerts_incidents_stay_true() -> None:
    run_state_machine_as_test(Histories, settings=SAMPLE)


def test_in_storms_too() -> None:
    run_state_machine_as_test(Storms, settings=SAMPLE)

"""What an audit may cost is set aside before it is spent."""

from __future__ import annotations

import multiprocessing
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from doubles.clocks import StillClock
from runbookkit.audit.budget import Budget, Reservation
from runbookkit.audit.prices import prices_of
from runbookkit.errors import ConfigError, PlayerError, StoreError
from runbookkit.model.audit import Usage
from runbookkit.model.spent import Spent
from runbookkit.workspace.ledger import DayLedger

ALL = Spent(100, 10**9)


def test_a_call_that_might_exceed_the_run_is_not_made() -> None:
    budget = Budget(Spent(1.0, 1000), ALL, StillClock())
    budget.reserve(Spent(0.6, 500))

    with pytest.raises(PlayerError, match="budget of this run") as raised:
        budget.reserve(Spent(0.5, 100))

    assert raised.value.reason == "budget"


def test_tokens_bound_a_run_whose_price_nobody_knows() -> None:
    budget = Budget(Spent(1.0, 1000), ALL, StillClock())
    budget.reserve(Spent(0.0, 900))

    with pytest.raises(PlayerError, match="1000 tokens allowed"):
        budget.reserve(Spent(0.0, 101))


def test_what_a_call_did_not_cost_can_be_spent() -> None:
    budget = Budget(Spent(1.0, 1000), ALL, StillClock())
    budget.reserve(Spent(0.9, 900)).settle(Spent(0.1, 100))

    second = budget.reserve(Spent(0.9, 900))

    assert (second.worst, budget.spent) == (Spent(0.9, 900), Spent(1.0, 1000))


def test_a_call_is_settled_once() -> None:
    budget = Budget(Spent(1.0, 1000), ALL, StillClock())
    reservation = budget.reserve(Spent(0.5, 500))
    reservation.settle(Spent(0.0, 10))

    reservation.settle(Spent(0.0, 0))

    assert budget.spent.tokens == 10


def test_a_day_is_shared_by_all_runs_and_ends(tmp_path: Path) -> None:
    clock, file = StillClock(), tmp_path / "spent.sqlite"
    for _ in range(2):
        one = Budget(ALL, Spent(1.0, 100), clock, DayLedger(file))
        one.reserve(Spent(0.1, 50))
    last = Budget(ALL, Spent(1.0, 100), clock, DayLedger(file))

    with pytest.raises(PlayerError, match="budget of today"):
        last.reserve(Spent(0.0, 1))
    clock.sleep(timedelta(days=1))
    last.reserve(Spent(0.0, 100))

    assert last.spent.tokens == 100


def test_a_ledger_that_cannot_be_used_lets_nothing_be_spent(tmp_path: Path) -> None:
    file = tmp_path / "spent.sqlite"
    file.write_bytes(b"this is no database, however long one looks at it" * 99)

    with pytest.raises(StoreError, match="move it away"):
        Budget(ALL, ALL, StillClock(), DayLedger(file)).reserve(Spent(0.0, 1))


def spend(file: Path) -> int:
    ledger = DayLedger(file)
    return sum(
        ledger.reserve("2026-11-20", Spent(0.0, 1), Spent(0.0, 100)) is not None
        for _ in range(100)
    )


def test_two_processes_never_spend_more_than_the_day_has(tmp_path: Path) -> None:
    file = tmp_path / "spent.sqlite"
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        made = pool.map(spend, [file, file])

    assert sum(made) == 100


def test_threads_never_spend_more_than_the_run_has() -> None:
    budget = Budget(Spent(1.0, 100), ALL, StillClock())
    made: list[Reservation] = []

    def reserve() -> None:
        for _ in range(50):
            try:
                made.append(budget.reserve(Spent(0.0, 1)))
            except PlayerError:
                return

    threads = [threading.Thread(target=reserve) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(made), budget.spent.tokens) == (100, 100)


counts = st.integers(min_value=0, max_value=10**7)


@given(prompt=counts, output=counts, read=counts, written=counts)
def test_no_request_costs_more_than_its_worst_case(
    prompt: int, output: int, read: int, written: int
) -> None:
    prices = prices_of()

    for model in prices.models:
        worst = prices.worst(model, prompt + read + written, output)
        cost = prices.cost(model, Usage(prompt, output, read, written))
        assert worst is not None
        assert cost is not None
        assert cost <= worst * (1 + 1e-9)


def test_a_long_prompt_costs_what_its_band_says() -> None:
    prices = prices_of()

    short = prices.cost("claude-haiku-5-5", Usage(100_000, 0))
    long = prices.cost("claude-haiku-5-5", Usage(100_001, 0))

    assert short == pytest.approx(0.01)
    assert long == pytest.approx(0.0500005)


def test_an_unknown_model_has_no_price() -> None:
    assert prices_of().cost("nobody-1", Usage(1, 1)) is None


@pytest.mark.parametrize(
    "text", ["[", "as_of: never", "models: 3", "as_of: 2026-11-20"]
)
def test_a_file_that_holds_no_prices_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "prices.yaml"
    file.write_text(text)

    with pytest.raises(ConfigError, match=r"prices\.yaml"):
        prices_of(file)

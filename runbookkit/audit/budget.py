"""What a run and a day may cost: set aside before each call, settled after it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from runbookkit.errors import PlayerError
from runbookkit.model.spent import Spent
from runbookkit.ports import Clock
from runbookkit.workspace.ledger import DayLedger


@dataclass(slots=True)
class Reservation:
    """What was set aside for one call; it counts as spent until it is settled."""

    worst: Spent
    _budget: Budget
    _number: int | None
    _settled: bool = False

    def settle(self, actual: Spent) -> None:
        """Say what the call cost; a second time changes nothing."""
        if not self._settled:
            self._settled = True
            self._budget.returned(self, actual, self._number)


@dataclass(slots=True)
class Budget:
    """The bounds of one run and of its day; safe for several threads."""

    run: Spent
    day: Spent
    clock: Clock
    ledger: DayLedger | None = None
    """Without one only the run is bounded."""
    _spent: Spent = field(default_factory=Spent)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def spent(self) -> Spent:
        """What the run has cost so far, what is set aside included."""
        return self._spent

    def reserve(self, worst: Spent) -> Reservation:
        """Set aside the most that a call can cost.

        Raises:
            PlayerError: Less is left, so the call must not be made.
            StoreError: The ledger cannot be used.
        """
        with self._lock:
            if (self._spent + worst).exceeds(self.run):
                raise _used_up("this run", self._spent, worst, self.run)
            self._spent += worst
        number = None
        if self.ledger is not None:
            day = f"{self.clock.now():%Y-%m-%d}"
            number = self.ledger.reserve(day, worst, self.day)
            if number is None:
                with self._lock:
                    self._spent -= worst
                raise _used_up("today", self.ledger.spent(day), worst, self.day)
        return Reservation(worst, self, number)

    def returned(self, what: Reservation, actual: Spent, number: int | None) -> None:
        """Put back what a call did not cost."""
        with self._lock:
            self._spent += actual - what.worst
        if self.ledger is not None and number is not None:
            self.ledger.settle(number, actual)


def _used_up(when: str, spent: Spent, worst: Spent, bound: Spent) -> PlayerError:
    return PlayerError(
        f"the budget of {when} does not cover the next call: {spent} spent, up to"
        f" {worst} wanted, {bound} allowed; raise it, or audit fewer runbooks",
        reason="budget",
    )

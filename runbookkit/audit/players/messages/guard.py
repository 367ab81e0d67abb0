"""What stands between the client and the network, at every attempt."""

from __future__ import annotations

import email.utils
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from runbookkit.audit.budget import Budget, Reservation
from runbookkit.errors import PlayerError
from runbookkit.http import NEVER_SENT
from runbookkit.model.spent import Spent
from runbookkit.ports import Clock

RETRIED: Final = frozenset({408, 409, 429, *range(500, 600)})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request as it was made; nothing of its text."""

    at: datetime
    digest: str
    """SHA-256 of the body as JSON with sorted keys."""
    request_id: str
    """As the server named it; empty where no answer came."""
    status: int
    """Zero where no answer came."""
    seconds: float
    retry: int
    """How many attempts of the same call came before."""


@dataclass(slots=True)
class Guard:
    """Looks at what goes out, sets its price aside, and refuses long breaks.

    The client calls it once an attempt, so that retries are paid for, too. One
    guard serves one call.
    """

    budget: Budget
    look: Callable[[Any], None]
    clock: Clock
    longest_wait: float
    worst: Spent = field(default_factory=Spent)
    """The most that an attempt can cost."""
    record: Callable[[Attempt], None] | None = None
    _open: list[Reservation] = field(default_factory=list)

    def __call__(self, request: Any, call_next: Callable[[Any], Any]) -> Any:
        """Make one attempt.

        Raises:
            SecretError: A secret would have been sent.
            PlayerError: The budget is used up, or the server wants a long break.
        """
        self.look(request.json)
        reservation = self.budget.reserve(self.worst)
        self._open.append(reservation)
        begun = self.clock.now()
        response = None
        try:
            response = call_next(request)
        finally:
            if isinstance(getattr(sys.exception(), "__cause__", None), NEVER_SENT):
                reservation.settle(Spent())
            self._recorded(request, response, begun)
        if response.status_code >= 400:
            reservation.settle(Spent())  # what was refused costs nothing
        if response.status_code in RETRIED:
            self._refuse_long_breaks(response.headers)
        return response

    def _recorded(self, request: Any, response: Any, begun: datetime) -> None:
        if self.record is None:
            return
        body = json.dumps(request.json, sort_keys=True).encode()
        status, name = 0, ""
        if response is not None:
            status = response.status_code
            name = response.headers.get("request-id", "")
        seconds = (self.clock.now() - begun).total_seconds()
        digest = sha256(body).hexdigest()
        retry = len(self._open) - 1
        self.record(Attempt(begun, digest, name, status, seconds, retry))

    def settle(self, actual: Spent) -> None:
        """Say what the last attempt cost; those without an answer cost the most."""
        if self._open:
            self._open[-1].settle(actual)

    def _refuse_long_breaks(self, headers: Mapping[str, str]) -> None:
        wanted = seconds_wanted(headers, self.clock.now().timestamp())
        if wanted > self.longest_wait:
            raise PlayerError(
                f"the server wants a break of {wanted:.0f} s, and at most"
                f" {self.longest_wait:.0f} s are waited; try again later",
                reason="rate limit",
            )


def seconds_wanted(headers: Mapping[str, str], now: float) -> float:
    """Return the break that a server asks for, in seconds; none is zero.

    As RFC 9110 (10.2.3) has it, seconds or a date; milliseconds in a header of the
    provider's own.

    >>> seconds_wanted({"retry-after": "90"}, 0)
    90.0
    """
    try:
        if "retry-after-ms" in headers:
            return float(headers["retry-after-ms"]) / 1000
        return float(headers.get("retry-after", "0"))
    except ValueError:
        date = email.utils.parsedate_tz(headers.get("retry-after", ""))
        return email.utils.mktime_tz(date) - now if date else 0.0

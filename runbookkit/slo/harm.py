"""When a service level was left, and when it was met again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Harm:
    """A stretch of time in which more was bad than the objective allows."""

    start: datetime
    end: datetime | None
    """None while it goes on."""


def harm_around(
    points: Sequence[Sequence[float]],
    budget: float,
    seen: datetime,
    *,
    window: timedelta,
    calm: timedelta = timedelta(minutes=5),
) -> Harm | None:
    """Return the stretch of harm that an alert was about; none when there is none.

    Args:
        points: Unix seconds and error ratio over ``window``, in order.
        budget: Error ratio that the objective allows.
        seen: When the alert came; of several stretches the one it belongs to is
            the last that began before.
        window: How far each point looks back: a stretch is over that much sooner
            than its last point says, since old errors still count in it.
        calm: A pause shorter than this belongs to the harm, and so does one in
            which nothing was measured.
    """
    stretches: list[list[float]] = []
    fine = False
    for at, ratio in points:
        if math.isnan(ratio):
            continue  # not measured: neither harm nor its end
        if ratio <= budget:
            fine = True
            continue
        pause = at - stretches[-1][1] if stretches else 0.0
        if stretches and (not fine or pause <= calm.total_seconds()):
            stretches[-1][1] = at
        else:
            stretches.append([at, at])
        fine = False
    began = [each for each in stretches if each[0] <= seen.timestamp()]
    found = began[-1] if began else stretches[0] if stretches else None
    if found is None:
        return None
    start, last = (datetime.fromtimestamp(at, UTC) for at in found)
    newest = max(at for at, ratio in points if not math.isnan(ratio))
    goes_on = newest - found[1] <= calm.total_seconds()
    return Harm(start, None if goes_on else max(start, last - window))

"""Many requests at half the price: handed in at once, answered within a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from runbookkit.audit.players.messages.client import failures, opened
from runbookkit.audit.players.messages.guard import Guard
from runbookkit.audit.players.messages.known import estimate
from runbookkit.audit.players.messages.player import Bounds
from runbookkit.errors import PlayerError, UsageError
from runbookkit.model.audit import Usage
from runbookkit.model.options import AuditOptions
from runbookkit.model.spent import Spent

_FIRST_LOOK: Final = timedelta(seconds=5)
_LONGEST: Final = timedelta(minutes=5)
Answer = Mapping[str, Any] | PlayerError
"""A message, or why there is none."""


@dataclass(slots=True)
class MessageBatches:
    """Hands batches in and brings their answers."""

    options: AuditOptions
    bounds: Bounds
    variables: Mapping[str, str] = field(repr=False)
    _client: Any = None

    def send(self, bodies: Mapping[str, Mapping[str, Any]]) -> str:
        """Hand requests in, by names of at most 64 letters; return the batch's id.

        Raises:
            PlayerError: It was not taken, or the budget does not cover it.
            SecretError: A secret would have been sent.
            UsageError: The provider has no batches.
        """
        requests = [
            {"custom_id": name, "params": dict(body)} for name, body in bodies.items()
        ]
        worst = [self._worst(body) for body in bodies.values()]
        guard = self._guard(sum(worst, Spent()))
        with failures(self.options.provider):
            made = self._opened(guard).messages.batches.create(requests=requests)
        return str(made.id)

    def answers(self, batch: str, wait: timedelta) -> Iterator[tuple[str, Answer]]:
        """Yield each answer with the name of its request, once all are there.

        Raises:
            PlayerError: They are not there in time, or cannot be had.
        """
        client = self._opened(self._guard(Spent()))
        end = self.bounds.clock.now() + wait
        pause = _FIRST_LOOK
        while not self._is_done(client, batch):
            if self.bounds.clock.now() >= end:
                raise PlayerError(
                    f"batch {batch} is not done yet; ask for it later with --batch",
                    reason="time-out",
                )
            self.bounds.clock.sleep(pause)
            pause = min(pause * 2, _LONGEST)
        with failures(self.options.provider):
            for each in client.messages.batches.results(batch):
                yield each.custom_id, _answer(each.result)

    def cost(self, usage: Usage) -> float | None:
        """Return what a request of a batch cost."""
        usd = self.bounds.prices.cost(self.options.model, usage)
        return None if usd is None else usd * self.bounds.prices.batch

    def close(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _is_done(self, client: Any, batch: str) -> bool:
        with failures(self.options.provider):
            seen = client.messages.batches.retrieve(batch)
        return bool(seen.processing_status == "ended")

    def _worst(self, body: Mapping[str, Any]) -> Spent:
        prompt, output = estimate(str(body)), self.options.output_tokens
        usd = self.bounds.prices.worst(self.options.model, prompt, output) or 0.0
        return Spent(usd * self.bounds.prices.batch, prompt + output)

    def _guard(self, worst: Spent) -> Guard:
        bounds, wait = self.bounds, self.options.longest_wait
        return Guard(
            bounds.budget, bounds.look, bounds.clock, wait, worst, bounds.record
        )

    def _opened(self, guard: Guard) -> Any:
        if self.options.provider != "anthropic":
            raise UsageError(
                f"{self.options.provider} takes no batches; --mode play plays there"
            )
        if self._client is None:
            self._client = opened(self.options, self.variables)
        return self._client.with_options(middleware=[guard])


def _answer(result: Any) -> Answer:
    if result.type == "succeeded":
        message: dict[str, Any] = result.message.to_dict(mode="json", warnings=False)
        return message
    reason = str(result.type)
    said = ""
    if reason == "errored":
        said = f": {result.error.error.message}"[:200]
    return PlayerError(f"the request was {reason}{said}", reason=reason)

"""The player: a view and a history go out, a turn comes back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from runbookkit.audit.budget import Budget
from runbookkit.audit.players.messages.client import failures, opened
from runbookkit.audit.players.messages.guard import Attempt, Guard
from runbookkit.audit.players.messages.known import TokenCounts, estimate
from runbookkit.audit.players.messages.reply import turn_of
from runbookkit.audit.players.messages.request import Body, body_of
from runbookkit.audit.prices import Prices
from runbookkit.errors import PlayerError
from runbookkit.model.audit import Exchange, Turn, Usage, View
from runbookkit.model.options import AuditOptions
from runbookkit.model.spent import Spent
from runbookkit.ports import Clock

_AROUND: Final = 64
"""Tokens that the form of an answer adds to its text, at most."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What holds for every call: its price, its budget, what must not be in it."""

    budget: Budget
    prices: Prices
    clock: Clock
    look: Callable[[Any], None]
    """Looks at a body before it is sent; raises where it must not be."""
    record: Callable[[Attempt], None] | None = None


@dataclass(slots=True)
class MessagesPlayer:
    """A model; safe for several plays at once."""

    options: AuditOptions
    tools: Sequence[Mapping[str, Any]]
    bounds: Bounds
    variables: Mapping[str, str] = field(repr=False)
    """The environment, for the credential."""
    name: str = field(init=False)
    """The model and what its answers depend on besides."""
    _client: Any = None
    _counts: TokenCounts | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        effort = self.options.effort or "its own effort"
        tokens = self.options.output_tokens
        self.name = f"{self.options.model} ({effort}, {tokens} tokens)"

    def close(self) -> None:
        """Let go of the connections; a next turn makes new ones."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def turn(self, view: View, history: Sequence[Exchange]) -> Turn:
        """Return what the model says next.

        Raises:
            PlayerError: It said nothing that can be used, or may not be asked.
            SecretError: A secret would have been sent.
            UsageError: No client can be opened.
        """
        body = body_of(view, history, self.tools, self.options)
        client = self._opened()
        prompt = self._prompt(body, history)
        self._fits(prompt, history)
        most = prompt + self.options.output_tokens
        usd = self.bounds.prices.worst(
            self.options.model, prompt, self.options.output_tokens
        )
        guard = self._guard(Spent(usd or 0.0, most))
        with failures(self.options.provider):
            message = self._message(client.with_options(middleware=[guard]), body)
            turn = turn_of(message.to_dict(mode="json", warnings=False))
        guard.settle(self.cost(turn.usage))
        return turn

    def cost(self, usage: Usage) -> Spent:
        """Return what a turn cost; dollars only where the price is known."""
        usd = self.bounds.prices.cost(self.options.model, usage)
        return Spent(usd or 0.0, total(usage))

    def _guard(self, worst: Spent) -> Guard:
        bounds, wait = self.bounds, self.options.longest_wait
        return Guard(
            bounds.budget, bounds.look, bounds.clock, wait, worst, bounds.record
        )

    def _message(self, client: Any, body: Body) -> Any:
        if not self.options.stream:
            return client.messages.create(**body)
        last = ""
        with client.messages.stream(**body) as stream:
            for event in stream:
                last = event.type
            if last != "message_stop":  # the library takes what it has for all
                raise PlayerError(
                    f"{self.options.provider}: the stream was cut off", reason="cut"
                )
            return stream.get_final_message()

    def _opened(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = opened(self.options, self.variables)
                asks = self.options.provider == "anthropic"
                self._counts = TokenCounts(self._count if asks else None)
            return self._client

    def _count(self, body: Mapping[str, Any]) -> int:
        guard = replace(self._guard(Spent()), record=None)  # a count is free
        client = self._client.with_options(middleware=[guard])
        with failures(self.options.provider):
            return int(client.messages.count_tokens(**body).input_tokens)

    def _prompt(self, body: Body, history: Sequence[Exchange]) -> int:
        """Return how many tokens the next request has, at most."""
        if history:
            told = sum(estimate(each.text) + _AROUND for each in history[-1].answers)
            return total(history[-1].turn.usage) + told + _AROUND
        assert self._counts is not None  # noqa: S101  is there with the client
        return self._counts.of(body)

    def _fits(self, prompt: int, history: Sequence[Exchange]) -> None:
        options = self.options
        if not history and prompt > options.runbook_tokens:
            raise PlayerError(
                f"the first request has {prompt} tokens, and {options.runbook_tokens}"
                " are allowed; split the runbook, or raise audit.runbook_tokens",
                reason="budget",
            )
        used = sum(total(each.turn.usage) for each in history)
        if used + prompt + options.output_tokens > options.play_tokens:
            raise PlayerError(
                f"the play has used {used} tokens, and its bound of"
                f" {options.play_tokens} does not cover the next call",
                reason="budget",
            )


def total(usage: Usage) -> int:
    """Return all tokens of a turn, those from the cache included."""
    return usage.input + usage.output + usage.cache_read + usage.cache_write

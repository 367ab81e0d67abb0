"""What is asked about a model besides its turns: how long a text is for it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from runbookkit.audit.players.messages.request import counted
from runbookkit.errors import PlayerError

LETTERS_IN_TOKEN: Final = 2
"""At least, on average: an estimate must not be too low."""
_KEPT: Final = 256


@dataclass(slots=True)
class TokenCounts:
    """Counts the tokens of first requests, each text once."""

    ask: Callable[[Mapping[str, Any]], int] | None
    """Asks the provider; none where it does not count."""
    _known: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, body: Mapping[str, Any]) -> int:
        """Return how many tokens a request has, or at most has.

        Raises:
            PlayerError: The provider cannot be asked.
        """
        text = json.dumps(counted(body), sort_keys=True)
        with self._lock:
            if text in self._known:
                return self._known[text]
        tokens = self._asked(body, text)
        with self._lock:
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[text] = tokens
        return tokens

    def _asked(self, body: Mapping[str, Any], text: str) -> int:
        if self.ask is not None:
            try:
                return self.ask(counted(body))
            except PlayerError as error:
                if error.reason != "not found":
                    raise
        return estimate(text)


def estimate(text: str) -> int:
    """Return a number of tokens that a text does not exceed.

    >>> estimate("four")
    2
    """
    return -(-len(text.encode()) // LETTERS_IN_TOKEN)

"""How many tokens of a request the prompt cache holds."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from doubles.messages.rules import every_block

_FLOOR = 1024
_KEPT = 4096
_MARK = "cache_control"


def tokens_of(piece: Any) -> int:
    """Return a size that grows with the text: a token has about four letters."""
    return len(json.dumps(piece)) // 4 + 1


class PromptCache:
    """Knows the prefixes that were sent with a mark behind them."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, None] = OrderedDict()
        self._lock = threading.Lock()

    def usage(self, body: Mapping[str, Any]) -> dict[str, int]:
        """Return what a request costs to read, and remember its marked prefixes."""
        prefix = hashlib.sha256(str(body.get("model")).encode())
        total = read = marked = 0
        with self._lock:
            for block in every_block(body):
                bare = {name: block[name] for name in block if name != _MARK}
                prefix.update(json.dumps(bare, sort_keys=True).encode())
                total += tokens_of(bare)
                if _MARK in block and total >= _FLOOR:
                    marked = total
                    if prefix.digest() in self._known:
                        read = total
                    self._known[prefix.digest()] = None
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return {
            "input_tokens": total - marked,
            "cache_read_input_tokens": read,
            "cache_creation_input_tokens": marked - read,
        }

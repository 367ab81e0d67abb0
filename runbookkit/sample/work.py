"""What the service does for a request, faults included."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from runbookkit.sample.settings import Settings

_LARGEST_FILE = 16 << 20
_RARE = 0.02
_LARGE_CART = 3000
_LARGE_CARTS_EVERY = 5.0
_ITEM = "a thing to buy; " * 160
"""Of a large cart's items; its spans come to more than the 5 MB that Tempo keeps."""


@dataclass(frozen=True, slots=True)
class Span:
    """One piece of work inside a request; times are unix seconds."""

    name: str
    started: float
    seconds: float
    kind: str = "internal"
    peer: str = ""
    failed: bool = False
    about: str = ""


@dataclass(slots=True)
class Request:
    """One request, from its first to its last piece of work."""

    trace_id: str
    route: str
    started: float
    code: int = 200
    seconds: float = 0.0
    spans: list[Span] = field(default_factory=list)
    messages: list[tuple[str, str]] = field(default_factory=list)
    """Log lines: level and message."""


class Work:
    """Handles requests; what it waits for is real."""

    def __init__(self, settings: Settings, folder: Path, *, seed: int = 1) -> None:
        self._settings = settings
        self._orders = folder / "orders"
        self._pick = random.Random(seed)  # noqa: S311  traffic, not secrets
        self._stripes = [threading.Lock() for _ in range(64)]
        self._disk = threading.Lock()
        self._carts = threading.Lock()
        self._large_cart = 0.0

    def handle(self) -> Request:
        """Serve one request and return what happened."""
        now = time.time()
        route = self._pick.choice(("/cart", "/pay", "/items"))
        # not from the seed: a trace store outlives the service
        request = Request(f"{random.getrandbits(128):032x}", route, now)
        began = time.perf_counter()
        self._timed(request, "reserve cart", self._reserve)
        self._timed(request, "store order", self._store)
        if route == "/pay":
            self._pay(request)
        if self._settings["span_detail"] == "items":
            self._itemise(request)
        request.seconds = time.perf_counter() - began
        request.messages.append(
            ("debug", f"{route} used {self._pick.randint(1, 9)} items")
        )
        return request

    def _timed(self, request: Request, name: str, work: Callable[[], None]) -> None:
        started = time.time()
        began = time.perf_counter()
        work()
        request.spans.append(Span(name, started, time.perf_counter() - began))

    def _reserve(self) -> None:
        """Take the lock that guards a cart; one stripe guards them all."""
        stripes = max(1, min(int(self._settings["lock_stripes"]), len(self._stripes)))
        with self._stripes[self._pick.randrange(stripes)]:
            time.sleep(0.12 if stripes == 1 else 0.002)

    def _store(self) -> None:
        """Write the order; synced, it waits for whoever else uses the disk."""
        if self._settings["fsync_policy"] != "each":
            return
        with self._disk, self._orders.open("ab") as file:
            for _ in range(2):  # the order, then the mark that it is whole
                file.write(b"\0" * 4096)
                file.flush()
                os.fsync(file.fileno())
            if file.tell() > _LARGEST_FILE:
                file.truncate(0)

    def _pay(self, request: Request) -> None:
        tries = int(self._settings["payment_retries"])
        broken = self._settings["payment_upstream"] == "broken"
        slow = tries > 1 and self._pick.random() < _RARE * 3
        for attempt in range(1, (tries if slow else 1) + 1):
            started = time.time()
            seconds = 0.4 if slow else 0.005
            time.sleep(seconds)
            failed = broken or (slow and attempt < tries)
            request.spans.append(
                Span("POST /charge", started, seconds, "client", "payments", failed)
            )
            if slow:
                request.messages.append(
                    ("warning", f"payments: attempt {attempt} timed out")
                )
        if broken:
            request.code = 502
            request.messages.append(("error", "payments: connection refused"))

    def _itemise(self, request: Request) -> None:
        """Make a span of each item; a large cart comes by every few seconds."""
        with self._carts:
            large = request.started - self._large_cart > _LARGE_CARTS_EVERY
            if large:
                self._large_cart = request.started
        items, about = (_LARGE_CART, _ITEM) if large else (3, "")
        request.spans.extend(
            Span(f"price item {number}", request.started, 0.0001, about=about)
            for number in range(items)
        )

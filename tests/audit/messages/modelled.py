"""A player on a fake Messages API, and plays that need no runbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

from doubles.clocks import StillClock
from doubles.messages.api import MODEL, Messages
from doubles.messages.replies import Script
from doubles.messages.server import messages_api
from runbookkit.audit.budget import Budget
from runbookkit.audit.calls import tool_definitions
from runbookkit.audit.outgoing import LastLook
from runbookkit.audit.players.messages.player import Bounds, MessagesPlayer
from runbookkit.audit.prices import Prices, prices_of
from runbookkit.model.audit import Exchange, ToolAnswer, ToolCall, Turn, View
from runbookkit.model.options import AuditOptions
from runbookkit.model.spent import Spent

KEY = "sk-" + "ant-" + "api03-" + "k" * 12
VIEW = View("You are on call.", "1| # A runbook", '{"labels": {}}')
RUN = {"step": "Look", "tool": "promql", "command": "up"}
OPTIONS = AuditOptions(model=MODEL, retries=1, seconds=5, longest_wait=1)
CALL = ToolCall("c1", "run", RUN)
ANSWERED = Exchange(Turn((CALL,), "tool use"), (ToolAnswer("c1", '{"up": 1}'),))


@contextmanager
def model_on(server: Messages, **options: Any) -> Iterator[MessagesPlayer]:
    """Yield a player that asks a fake server."""
    prices: Prices = options.pop("prices", prices_of())
    budget = options.pop("budget", None) or plenty()
    chosen = replace(OPTIONS, base_url=server.url, **options)
    bounds = Bounds(budget, prices, StillClock(), LastLook((KEY,)))
    player = MessagesPlayer(chosen, tool_definitions(), bounds, variables())
    with closing(player):
        yield player


@contextmanager
def scripted(
    script: Script, **options: Any
) -> Iterator[tuple[MessagesPlayer, Messages]]:
    """Yield a player and the server that follows a script."""
    with messages_api(script) as server, model_on(server, **options) as player:
        yield player, server


def plenty() -> Budget:
    return Budget(Spent(10, 10**9), Spent(10, 10**9), StillClock())


def variables(**more: str) -> Mapping[str, str]:
    """Return an environment with a key."""
    return {"ANTHROPIC_API_KEY": KEY, **more}

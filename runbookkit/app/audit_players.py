"""Find players by name: scripts here, models where their extra is installed."""

from __future__ import annotations

from runbookkit.discovery import member, members
from runbookkit.errors import UsageError
from runbookkit.model.template import Template
from runbookkit.ports import Player

SCRIPTED = "runbookkit.audit.players.scripted"


def scripted_names() -> tuple[str, ...]:
    """Return the names of the players without a model, sorted."""
    return tuple(name.replace("_", "-") for name in members(SCRIPTED))


def scripted_player(name: str, template: Template) -> Player:
    """Return a player without a model.

    Raises:
        UsageError: There is none of that name.
    """
    if name not in scripted_names():
        known = ", ".join(scripted_names())
        raise UsageError(f"there is no player {name!r}; without a model play {known}")
    module = member(SCRIPTED, name.replace("-", "_"), ("NAME", "player"))
    player: Player = module.player(template)
    return player

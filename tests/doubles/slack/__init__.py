"""A workspace of Slack on loopback that refuses what the real one refuses."""

from __future__ import annotations

from doubles.slack.workspace import BOT, TOKEN, Channel, Slack

__all__ = ["BOT", "TOKEN", "Channel", "Slack"]

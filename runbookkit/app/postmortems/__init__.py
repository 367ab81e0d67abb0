"""Postmortems from what was recorded: draft, archive, and claims held to their sources."""

from __future__ import annotations

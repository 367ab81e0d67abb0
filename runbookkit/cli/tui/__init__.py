"""The full screen of a guided run: the same session, seen at once."""

from __future__ import annotations

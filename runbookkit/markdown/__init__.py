"""Text in, typed models out, every line number kept. Nothing here ever raises on a text."""

from __future__ import annotations

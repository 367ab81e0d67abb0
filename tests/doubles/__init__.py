"""Stand-ins for what tests cannot have: they refuse and lie as the real ones do."""

from __future__ import annotations

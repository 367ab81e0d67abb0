"""Exit codes by name."""

from __future__ import annotations

OK, FINDINGS, USAGE, COULD_NOT_CHECK, PAUSED, INTERRUPTED = 0, 1, 2, 3, 4, 130

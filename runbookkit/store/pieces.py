"""Statements that read a part of what is kept, however much there is."""

from __future__ import annotations

from typing import Final

from runbookkit.store.projections import ALERT_COLUMNS
from runbookkit.store.rows import COLUMNS, READ

ALL: Final = 2**53
"""More rows than there are: a limit that limits nothing."""
POSITION: Final = "SELECT COALESCE(MAX(position), 0) FROM event"
PAGE: Final = f"{READ} LIMIT ?"
NEWEST: Final = (
    f"SELECT {COLUMNS} FROM event WHERE stream = ? AND sequence < ?"
    " ORDER BY sequence DESC LIMIT ?"
)
# word for word what the index on them says, so that it is used
EDITS: Final = (
    f"SELECT {COLUMNS} FROM event WHERE stream = ? AND sequence >= ?"
    " AND kind IN ('entry promoted', 'entry demoted', 'entry edited')"
    " ORDER BY sequence"
)
_SOME: Final = f"SELECT {ALERT_COLUMNS} FROM alert WHERE incident = ? AND status"
# in no order: sorting would read them all
FIRING: Final = f"{_SOME} = 'firing' LIMIT ?"
QUIET: Final = f"{_SOME} <> 'firing' LIMIT ?"
ALERT_PAGE: Final = (
    f"SELECT {ALERT_COLUMNS} FROM alert WHERE incident = ?"
    " ORDER BY source, fingerprint LIMIT ? OFFSET ?"
)

"""The log of everything that happened, on SQLite or PostgreSQL.

Both run the same hand-written SQL and the same migrations; what differs is in
:mod:`runbookkit.store.sqlite` and :mod:`runbookkit.store.postgres`.
"""

from __future__ import annotations

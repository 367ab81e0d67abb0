"""Play the runner: whether a text can be executed by somebody who knows no more.

What a player sees, what it may do and what is made of it are pure; a player itself
is handed in. Members of :mod:`runbookkit.audit.players` never import each other.
"""

from __future__ import annotations

"""Ways to reach people and the systems they look at: one file or folder each."""

from __future__ import annotations

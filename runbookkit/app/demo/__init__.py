"""A recorded incident that goes through the real engine: ``runbook demo``."""

from __future__ import annotations

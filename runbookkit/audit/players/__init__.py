"""Whoever plays the runner: models and scripts, each behind the port ``Player``."""

from __future__ import annotations

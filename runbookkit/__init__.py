"""Runbook-as-code and incident automation."""

from __future__ import annotations

from typing import Final

__version__: Final = "0.1.0"
"""The version that pyproject.toml states; asking the installed package costs 30 ms."""

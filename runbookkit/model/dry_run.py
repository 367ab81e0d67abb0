"""What a program says of another program that it was asked to look at."""

from __future__ import annotations

from typing import NamedTuple


class DryRunOutput(NamedTuple):
    """How a dry run ended, and what it wrote to standard error."""

    returncode: int
    stderr: str

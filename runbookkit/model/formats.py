"""The formats that a document may declare."""

from __future__ import annotations

from typing import Final

RUNBOOK: Final = "runbook/v1"
POSTMORTEM: Final = "postmortem/v1"

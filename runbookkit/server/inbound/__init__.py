"""Webhooks of others than Alertmanager, in our words; one module per sender."""

from __future__ import annotations

"""Frozen data: what runbooks, alerts, findings and events are."""

from __future__ import annotations

"""Transcripts of runs: one page of HTML, markdown, or JSON."""

from __future__ import annotations

"""Arithmetic of service level objectives: budgets, burn rates, windows, rules.

Pure: numbers and objectives in, numbers and rules out.
"""

from __future__ import annotations

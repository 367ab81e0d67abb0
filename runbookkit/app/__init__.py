"""The composition root: settings in; connected parts out. Only it knows the families."""

from __future__ import annotations

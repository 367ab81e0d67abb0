"""Outputs of a lint run.

To add one, write ``<name>.py`` with ``NAME`` and ``render(report, style)``.
What only one output needs, such as a library, is imported by that one alone.
"""

from __future__ import annotations

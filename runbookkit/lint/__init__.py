"""Lint: what a runbook's text proves about it.

To add a rule, write ``rules/<name>.py``: one function with a decorator of
:mod:`runbookkit.lint.rule`, whose docstring is its page. The page, the rule
table and the tests of its examples follow by themselves.
"""

from __future__ import annotations

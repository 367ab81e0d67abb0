"""The files of a repository: which to read, what git changed, what is remembered."""

from __future__ import annotations

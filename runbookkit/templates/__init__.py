"""The built-in templates: copies of ``meta/``, so that an installed package has them."""

from __future__ import annotations

"""The languages of steps, checked without a server.

To add a language, write one module here that defines ``LANGUAGE``, a
:class:`~runbookkit.queries.language.Language`. Nothing else is edited: modules
are found by discovery.
"""

from __future__ import annotations

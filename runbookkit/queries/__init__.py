"""The languages of steps, checked without a server.

To add a language, write one module ``<name>_language`` here that defines
``LANGUAGE``, a :class:`~runbookkit.queries.language.Language`. Nothing else is
edited: modules are found by discovery, and all of them are loaded for every lint,
so ``check`` loads what it needs when it is called.
"""

from __future__ import annotations

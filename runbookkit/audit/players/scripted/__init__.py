"""Players without a model: each is a function of what it is shown, and no more.

To add one, write a module with ``NAME`` and ``player(template)``, which returns a
:class:`runbookkit.ports.Player`. The template is the house's, which a reader knows.
"""

from __future__ import annotations

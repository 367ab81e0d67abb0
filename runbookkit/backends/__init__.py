"""Engines that answer the actions of steps; one module each.

To add one, write a module here, or in another package under the entry point
group ``runbookkit.backends``, with the names that
:class:`runbookkit.ports.BackendModule` lists. Members never import each other.
"""

from __future__ import annotations

"""One rule a file; the file's name is the rule's name.

The function's docstring is the rule's page: a one-sentence summary, then
``## Why is this bad?``, ``## Bad`` and ``## Good``, each of the last two with
one or more four-backtick fences. An example may be a whole file, or a part of
a runbook (front matter, a ``##`` section or a ``###`` step) that the tests put
into a clean one. A fence's info may name the file: ``yaml file=alerts.yaml``.
"""

from __future__ import annotations

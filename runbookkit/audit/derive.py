"""Make scenarios from the graph, one for each path, where a runbook ships none."""

from __future__ import annotations

from collections.abc import Iterator

from runbookkit.model.run import RunbookVersion
from runbookkit.model.runbook import Runbook
from runbookkit.model.scenario import Expected, Scenario

AS_IT_STANDS = "read as it stands"
"""The scenario of a page that no answers can be found for: how far a reader gets."""


def derived_scenarios(runbook: Runbook) -> Iterator[Scenario]:
    """Yield a scenario for each path that answers can be found for."""
    yield Scenario(AS_IT_STANDS, Expected(), RunbookVersion(runbook.path))

"""The sample service ``checkout``: correlated telemetry, and faults to switch on.

It is what the handbook's runbooks are about. Each fault shows where its
runbook looks for it, and nowhere else.
"""

from __future__ import annotations

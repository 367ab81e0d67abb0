"""One run of a runbook: plan, session, judgement of expectations, scenarios.

The session is pure: events in, state out. Whatever acts does so through a port.
"""

from __future__ import annotations

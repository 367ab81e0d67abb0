"""What happens to incidents: pure decisions on what is known and what was said.

``alertmanager`` reads what senders send, ``intake`` makes episodes and incidents of
it, ``commands`` is what people do, ``timers`` what time does, ``reconcile`` what the
sender's own list cures; ``timeline`` and ``durations`` are projections of the events.
"""

from __future__ import annotations

"""A model that plays the runner, through the Messages API.

The protocol is that of Anthropic's reference for ``POST /v1/messages``: the whole
history goes out with every turn, so that a play depends on nothing that is kept
elsewhere.
"""

from __future__ import annotations

"""The HTTP edge: webhooks, JSON API, pages, live events; the one asynchronous part."""

from __future__ import annotations

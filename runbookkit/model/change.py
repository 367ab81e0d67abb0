"""Changes that others make: deploys, seen by a webhook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from runbookkit.model.base import Data
from runbookkit.model.event import NewEvent

DeployState = Literal["started", "finished", "failed", "rolled back"]


@dataclass(frozen=True, slots=True)
class Deploy(Data):
    """One thing that happened to one deploy."""

    id: str
    """The sender's own, unique within its source together with ``state``."""
    service: str
    state: DeployState
    at: datetime
    """When it happened, by the sender's clock; aware UTC."""
    environment: str = ""
    revision: str = ""
    actor: str = ""
    summary: str = ""
    url: str = ""


def deploy_stream(service: str) -> str:
    """Return the stream that keeps the deploys of a service.

    >>> deploy_stream("checkout")
    'deploy/checkout'
    """
    return f"deploy/{service or '-'}"


def deploy_words(deploy: Deploy) -> str:
    """Return a deploy in words.

    >>> from datetime import UTC, datetime
    >>> noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    >>> deploy_words(Deploy("7", "checkout", "finished", noon, "production", "v3"))
    'deploy of checkout v3 to production finished'
    """
    place = f"to {deploy.environment}" if deploy.environment else ""
    words = ("deploy of", deploy.service, deploy.revision, place, deploy.state)
    said = " ".join(word for word in words if word)
    return f"{said}: {deploy.summary}" if deploy.summary else said


def deploy_event(deploy: Deploy, source: str) -> NewEvent:
    """Return the event of a deploy; the same one again gets the same key."""
    data = {
        "text": deploy_words(deploy),
        "id": deploy.id,
        "service": deploy.service,
        "state": deploy.state,
        "environment": deploy.environment,
        "revision": deploy.revision,
        "summary": deploy.summary,
        "url": deploy.url,
    }
    return NewEvent(
        "deploy seen",
        deploy.at,
        data,
        deploy.actor,
        source,
        f"deploy:{source}:{deploy.id}:{deploy.state}",
    )

"""Deploys: GitHub's deployments, CDEvents, and a plain form of our own.

GitHub: docs.github.com/webhooks ``deployment``, ``deployment_status``. CDEvents:
github.com/cdevents/spec, ``continuous-deployment.md``, as CloudEvents in either
content mode, or bare.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, Literal

from pydantic import Field

from runbookkit.model.change import Deploy, DeployState
from runbookkit.server.inbound.reading import Foreign, Moment, Name, Text, read_as

Headers = Mapping[bytes, bytes]


class _User(Foreign):
    login: Name = ""


class _Repository(Foreign):
    name: Name
    html_url: Name = ""


class _Deployment(Foreign):
    id: int
    sha: Name = ""
    ref: Name = ""
    environment: Name = ""
    description: Text | None = None
    created_at: Moment
    creator: _User | None = None


class _Status(Foreign):
    state: Name
    created_at: Moment
    description: Text | None = None
    target_url: Name | None = None
    creator: _User | None = None


class _GitHub(Foreign):
    deployment: _Deployment
    deployment_status: _Status | None = None
    repository: _Repository


_GITHUB: Final[Mapping[str, DeployState]] = {
    "in_progress": "started",
    "success": "finished",
    "failure": "failed",
    "error": "failed",
}


def github(headers: Headers, body: bytes, _: datetime) -> Deploy | None:
    """Return the deploy of a GitHub webhook; None for what is none.

    Raises:
        RefusedError: 422, the body is not what the header says.
    """
    kind = headers.get(b"x-github-event", b"")
    if kind not in {b"deployment", b"deployment_status"}:
        return None
    told = read_as(_GitHub, body, f"GitHub's {kind.decode()}")
    deployment, status = told.deployment, told.deployment_status
    state = _GITHUB.get(status.state) if status else "started"
    if state is None:
        return None  # queued, pending, inactive: nothing changed in production
    creator = (status and status.creator) or deployment.creator
    description = (status and status.description) or deployment.description
    return Deploy(
        str(deployment.id),
        told.repository.name,
        state,
        status.created_at if status else deployment.created_at,
        deployment.environment,
        deployment.sha or deployment.ref,
        creator.login if creator else "",
        description or "",
        (status and status.target_url) or told.repository.html_url,
    )


class _Reference(Foreign):
    id: Name = ""
    name: Name = ""


class _Content(Foreign):
    environment: _Reference | None = None
    artifact_id: Name = Field(default="", alias="artifactId")


class _Subject(Foreign):
    id: Name
    source: Name = ""
    content: _Content = _Content()


class _Context(Foreign):
    id: Name
    type: Name
    timestamp: Moment


class _CdEvent(Foreign):
    context: _Context
    subject: _Subject


class _CloudEvent(Foreign):
    data: _CdEvent


_CDEVENTS: Final[Mapping[str, DeployState]] = {
    "dev.cdevents.service.deployed": "finished",
    "dev.cdevents.service.upgraded": "finished",
    "dev.cdevents.service.published": "finished",
    "dev.cdevents.service.rolledback": "rolled back",
    "dev.cdevents.service.removed": "finished",
}


def cdevents(headers: Headers, body: bytes, _: datetime) -> Deploy | None:
    """Return the deploy of a CDEvent; None for events about other things.

    Raises:
        RefusedError: 422, it is no CDEvent.
    """
    kind = headers.get(b"content-type", b"").partition(b";")[0].strip()
    if kind == b"application/cloudevents+json":
        told = read_as(_CloudEvent, body, "a CloudEvent that holds a CDEvent").data
    else:
        told = read_as(_CdEvent, body, "a CDEvent")
    # the type ends in a version: dev.cdevents.service.deployed.0.2.0
    name = ".".join(told.context.type.split(".")[:4])
    state = _CDEVENTS.get(name)
    if state is None:
        return None
    content = told.subject.content
    environment = content.environment
    return Deploy(
        told.context.id,
        told.subject.id.rpartition("/")[2],
        state,
        told.context.timestamp,
        (environment.name or environment.id) if environment else "",
        content.artifact_id,
        "",
        f"{name.rpartition('.')[2]} {content.artifact_id}".strip(),
    )


class _Plain(Foreign):
    service: Name = Field(min_length=1)
    state: Literal["started", "finished", "failed", "rolled back"] = "finished"
    at: Moment | None = None
    id: Name = ""
    environment: Name = ""
    revision: Name = ""
    actor: Name = ""
    summary: Text = ""
    url: Name = ""


def plain(_: Headers, body: bytes, now: datetime) -> Deploy:
    """Return the deploy of our own plain form; only ``service`` must be there.

    Raises:
        RefusedError: 422, it is not of that form.
    """
    told = read_as(_Plain, body, "a deploy")
    # who gives no id means the same deploy when everything else is the same
    own = told.id or hashlib.sha256(body).hexdigest()[:32]
    return Deploy(
        own,
        told.service,
        told.state,
        told.at or now,
        told.environment,
        told.revision,
        told.actor,
        told.summary,
        told.url,
    )


Read = Callable[[Headers, bytes, datetime], Deploy | None]

READERS: Final[Mapping[str, Read]] = {
    "github": github,
    "cdevents": cdevents,
    "deploys": plain,
}

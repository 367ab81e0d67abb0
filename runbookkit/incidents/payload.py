"""Alertmanager's webhook body, version 4, as tolerant as real senders need.

Protocol: alertmanager ``template/template.go`` (``Data``, ``Alert``) and
``notify/webhook/webhook.go`` (``Message``), read at 0.34. New fields come under the
same version, so unknown keys are let go. Imported when the first body arrives:
the validation library is slow to load.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter


def _mapping(value: Any) -> Any:
    # Go writes an empty map that was never made as null
    return {} if value is None else value


def _sequence(value: Any) -> Any:
    return [] if value is None else value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


Texts = Annotated[dict[str, Any], BeforeValidator(_mapping)]
Text = Annotated[str, BeforeValidator(_text)]


class WireAlert(BaseModel):
    """One alert of a body."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    status: Text = ""
    labels: Texts = Field(default_factory=dict)
    annotations: Texts = Field(default_factory=dict)
    starts_at: Text = Field("", alias="startsAt")
    ends_at: Text = Field("", alias="endsAt")
    generator_url: Text = Field("", alias="generatorURL")
    fingerprint: Text = ""


class WireDelivery(BaseModel):
    """A whole body; ``alerts`` alone cannot be left out."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    version: str | int | None = None
    status: Text = ""
    receiver: Text = ""
    group_key: Text = Field("", alias="groupKey")
    group_labels: Texts = Field(default_factory=dict, alias="groupLabels")
    external_url: Text = Field("", alias="externalURL")
    reason: Text = Field("", alias="notification_reason")
    truncated: int | None = Field(None, alias="truncatedAlerts")
    alerts: Annotated[list[WireAlert], BeforeValidator(_sequence)]


class WireState(BaseModel):
    """Whether an alert of the API is told of."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    state: Text = ""


class WireListed(WireAlert):
    """One alert of ``GET /api/v2/alerts`` (``api/v2/openapi.yaml``, gettableAlert)."""

    state: WireState = Field(default_factory=WireState, alias="status")
    status: Text = Field("", alias="no such key")


LISTED = TypeAdapter(list[WireListed])

"""Alertmanager's webhook body, version 4, as tolerant as real senders need.

Protocol: alertmanager ``template/template.go`` (``Data``, ``Alert``) and
``notify/webhook/webhook.go`` (``Message``), read at 0.34. New fields come under the
same version, so unknown keys are let go. Imported when the first body arrives:
the validation library is slow to load.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, TypeAdapter
from pydantic_core.core_schema import CoreSchema, with_default_schema


class _OrEmpty:
    """Lets anything else than a text pass for none, without a call for each."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return with_default_schema(handler(source), default="", on_error="default")


Texts = dict[str, Any] | None
"""Go writes an empty map that was never made as null."""
Text = Annotated[str, _OrEmpty()]


class WireAlert(BaseModel):
    """One alert of a body."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    status: Text = ""
    labels: Texts = None
    annotations: Texts = None
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
    group_labels: Texts = Field(None, alias="groupLabels")
    external_url: Text = Field("", alias="externalURL")
    reason: Text = Field("", alias="notification_reason")
    truncated: int | None = Field(None, alias="truncatedAlerts")
    alerts: list[WireAlert] | None


class WireState(BaseModel):
    """Whether an alert of the API is told of."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    state: Text = ""


class WireListed(WireAlert):
    """One alert of ``GET /api/v2/alerts`` (``api/v2/openapi.yaml``, gettableAlert)."""

    state: WireState = Field(default_factory=WireState, alias="status")
    status: Text = Field("", alias="no such key")


LISTED = TypeAdapter(list[WireListed])

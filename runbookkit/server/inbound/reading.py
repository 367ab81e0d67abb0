"""Read other people's JSON: unknown keys are theirs, wrong types are refused."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    StringConstraints,
    ValidationError,
)

from runbookkit.moments import in_utc
from runbookkit.plaintext import without_nul
from runbookkit.server.bodies import RefusedError

M = TypeVar("M", bound="Foreign")

_LONGEST = 4096


class Foreign(BaseModel):
    """Somebody else's payload."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


Text = Annotated[str, AfterValidator(_cut)]
"""Text of any length, cut where nobody reads on."""
Name = Annotated[str, StringConstraints(max_length=512)]
Moment = Annotated[datetime, AfterValidator(in_utc)]


def read_as(model: type[M], body: bytes, what: str) -> M:
    """Return a payload.

    Raises:
        RefusedError: 422, it is not of that form.
    """
    try:
        return model.model_validate_json(without_nul(body))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise RefusedError(
            422, f"not {what}: {where + ': ' if where else ''}{first['msg']}"
        ) from error

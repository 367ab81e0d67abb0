"""Front matter held against its schema.

Slow to import: only documents that declare a format need it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictStr,
    ValidationError,
)

from runbookkit.model.document import FrontMatter, ParseProblem
from runbookkit.model.postmortem import PostmortemMetadata
from runbookkit.model.runbook import Input, Metadata
from runbookkit.model.span import Span

PROBLEM = "invalid-metadata"


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("needs a time zone; write it as 2026-11-01T12:00:00Z")
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("is no time that UTC can express") from error


def _written(value: object) -> object:
    if isinstance(value, (int, float)):
        raise ValueError("is a number; write a date as 2026-11-01")  # noqa: TRY004  pydantic reports only these
    return value


Day = Annotated[date, BeforeValidator(_written)]
Moment = Annotated[datetime, BeforeValidator(_written), AfterValidator(_aware)]


class FrontMatterModel(BaseModel):
    """Ours, so unknown keys are refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True
    )


class InputFields(FrontMatterModel):
    """One entry of ``inputs``."""

    description: StrictStr = ""
    """What the value is, for a person who has to find it."""
    source: Annotated[
        StrictStr,
        Field(alias="from", pattern=r"^(labels|annotations|alert)(\.[A-Za-z_]\w*)+$"),
    ] = ""
    """Where in the alert the value stands: ``labels.tenant``."""
    type: Literal["string", "number", "duration", "choice", "secret"] = "string"
    pattern: StrictStr = ""
    """Regular expression that the whole value matches."""
    default: str | int | float | None = None
    choices: tuple[StrictStr, ...] = ()


class RunbookFields(FrontMatterModel):
    """Front matter of a runbook."""

    format: Literal["runbook/v1"]
    title: StrictStr = ""
    service: StrictStr = ""
    """The service that the runbook is about, as alerts label it."""
    owner: StrictStr = ""
    """The team that answers for the text; never a person."""
    severity: StrictStr = ""
    """The ``severity`` label of its alerts, such as ``page`` or ``ticket``."""
    alerts: tuple[StrictStr, ...] = ()
    reviewed: Day | None = None
    """The day on which somebody last walked through it."""
    inputs: dict[Annotated[str, Field(pattern=r"^[A-Za-z_]\w*$")], InputFields] = Field(
        default_factory=dict
    )
    access: tuple[StrictStr, ...] = ()
    """What the runner needs to be allowed to do."""
    slo: StrictStr = ""
    links: tuple[StrictStr, ...] = ()


class PostmortemFields(FrontMatterModel):
    """Front matter of a postmortem; all times have a zone."""

    format: Literal["postmortem/v1"]
    title: StrictStr = ""
    incident: StrictStr = ""
    severity: StrictStr = ""
    status: StrictStr = ""
    started: Moment | None = None
    detected: Moment | None = None
    acknowledged: Moment | None = None
    mitigated: Moment | None = None
    resolved: Moment | None = None
    services: tuple[StrictStr, ...] = ()
    runbooks: tuple[StrictStr, ...] = ()
    alerts: tuple[StrictStr, ...] = ()
    slo: StrictStr | tuple[StrictStr, ...] = ()
    owner: StrictStr = ""
    """The role or team that keeps the document going; never a person."""
    authors: tuple[StrictStr, ...] = ()
    """The roles or teams that keep the document and its action items going."""


Fields = TypeVar("Fields", bound=FrontMatterModel)


def runbook_metadata(
    front: FrontMatter,
) -> tuple[Metadata, tuple[ParseProblem, ...]]:
    """Return a runbook's metadata; values that break the schema are left out."""
    fields, problems = _validated(RunbookFields, front)
    inputs = tuple(
        Input(
            name,
            front.keys.get(f"inputs.{name}", front.span),
            given.type,
            given.description,
            given.source,
            given.pattern,
            given.default,
            given.choices,
        )
        for name, given in fields.inputs.items()
    )
    known = fields.model_dump(exclude={"format", "inputs"})
    return Metadata(**known, inputs=inputs), problems


def postmortem_metadata(
    front: FrontMatter,
) -> tuple[PostmortemMetadata, tuple[ParseProblem, ...]]:
    """Return a postmortem's metadata; values that break the schema are left out."""
    fields, problems = _validated(PostmortemFields, front)
    return PostmortemMetadata(**fields.model_dump(exclude={"format"})), problems


def _validated(
    model: type[Fields], front: FrontMatter
) -> tuple[Fields, tuple[ParseProblem, ...]]:
    # a key without a value says as little as no key
    data = {key: value for key, value in front.data.items() if value is not None}
    try:
        return model.model_validate(data), ()
    except ValidationError as error:
        problems = tuple(_problems(error, front, tuple(model.model_fields)))
        places = [tuple(map(str, each["loc"])) for each in error.errors()]
    kept = {key: _pruned(value, key, places) for key, value in data.items()}
    return model.model_validate(
        {key: value for key, value in kept.items() if value is not None}
    ), problems


def _pruned(value: Any, key: str, places: list[tuple[str, ...]]) -> Any:
    """Return a value without the entries that break the schema; none for nothing."""
    bad = [place[1:] for place in places if place[0] == key]
    if not bad or () in bad:
        return None if bad else value
    entries = {rest[0] for rest in bad}
    if isinstance(value, dict) and entries <= set(map(str, value)):
        return {name: each for name, each in value.items() if str(name) not in entries}
    if isinstance(value, list) and all(map(str.isdecimal, entries)):
        return [each for at, each in enumerate(value) if str(at) not in entries]
    return None


def _problems(
    error: ValidationError, front: FrontMatter, known: tuple[str, ...]
) -> Iterator[ParseProblem]:
    said: set[str] = set()
    for each in error.errors(include_url=False, include_context=False):
        parts = [str(part) for part in each["loc"] if part != "[key]"]
        unknown = each["type"] == "extra_forbidden"
        path, span = _place(parts, front.keys if unknown else front.places, front.span)
        if path not in said:  # each arm of a union complains of its own
            sentence = _sentence(each["type"], each["msg"], path, known)
            yield ParseProblem(PROBLEM, sentence, span)
        said.add(path)


_CURES = {
    "string": "not a text; put it in quotes",
    "tuple": "not a list; write it as [one, two]",
    "date": "not a day; write it as 2026-11-01",
    "datetime": "not a time; write it as 2026-11-01T12:00:00Z",
    "dict": "not a set of keys; write `name:` lines below it",
    "model": "not a set of keys; write `key: value` lines below it",
}


def _sentence(kind: str, message: str, path: str, known: tuple[str, ...]) -> str:
    if kind == "extra_forbidden":
        hint = f"; known keys are {', '.join(known)}" if "." not in path else ""
        return f"unknown key {path!r}{hint}"
    cure = _CURES.get(kind.partition("_")[0])
    if cure and kind != "string_pattern_mismatch":
        return f"{path}: {cure}"
    message = message.removeprefix("Value error, ")
    return f"{path}: {message[:1].lower()}{message[1:]}"


def _place(
    parts: list[str], table: Mapping[str, Span], whole: Span
) -> tuple[str, Span]:
    """Return the longest beginning of a path that stands in the text."""
    for size in range(len(parts), 0, -1):
        path = ".".join(parts[:size])
        if path in table:
            return path, table[path]
    return ".".join(parts), whole

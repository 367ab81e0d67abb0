"""Transcripts as JSON lines: the same play gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter, ValidationError

from runbookkit.errors import CouldNotCheckError
from runbookkit.model.audit import Transcript

FORMAT = "audit-transcript/v1"


def written(transcript: Transcript) -> str:
    """Return a transcript as lines: what was played, each exchange, how it ended."""
    return "".join(f"{line}\n" for line in _lines(transcript))


def _lines(transcript: Transcript) -> Iterator[str]:
    data = asdict(transcript)
    exchanges = data.pop("exchanges")
    end = {"error": data.pop("error"), "facts": data.pop("facts")}
    yield _line({"format": FORMAT, **data})
    yield from (_line({"exchange": each}) for each in exchanges)
    yield _line({"end": end})


def _line(value: Any) -> str:
    return json.dumps(
        value, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=list
    )


def read(text: str, place: str) -> Transcript:
    """Return the transcript that some lines are.

    Raises:
        CouldNotCheckError: They are not one, or not a whole one.
    """
    try:
        lines = [json.loads(line) for line in text.splitlines()]
        head, *exchanges, last = lines
        if head.pop("format") != FORMAT:
            raise CouldNotCheckError(f"{place}: is no transcript of {FORMAT}")
        whole = {
            **head,
            **last["end"],
            "exchanges": [each["exchange"] for each in exchanges],
        }
        return _ADAPTER.validate_python(whole)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reason = "cut off or changed"
        if isinstance(error, ValidationError):
            reason = error.errors(include_url=False)[0]["msg"]
        message = f"{place}: is no whole transcript: {reason}"
        raise CouldNotCheckError(message) from error


_ADAPTER: TypeAdapter[Transcript] = TypeAdapter(Transcript)

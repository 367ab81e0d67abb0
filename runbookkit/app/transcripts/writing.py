"""A transcript in one of its forms."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime, timedelta
from typing import Any, Literal

from runbookkit.app.transcripts.html import html
from runbookkit.app.transcripts.markdown import markdown
from runbookkit.execute.transcript import Transcript
from runbookkit.model.options import Grafana

Form = Literal["html", "markdown", "json"]


def written(transcript: Transcript, form: Form, grafana: Grafana) -> str:
    """Return a transcript as text; links lead to a Grafana that is known."""
    match form:
        case "html":
            return html(transcript, grafana)
        case "markdown":
            return markdown(transcript, grafana)
        case "json":
            # ASCII alone: a terminal or a chat sees nothing but JSON
            data = dataclasses.asdict(transcript)
            return json.dumps(data, indent=2, default=_plain) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    raise TypeError(type(value).__name__)

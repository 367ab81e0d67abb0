"""A transcript as one page that needs nothing else: no script, nothing fetched."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment
from markdown_it import MarkdownIt

from runbookkit.app.filling import fill
from runbookkit.app.transcripts import chart, views
from runbookkit.app.transcripts.html_templates import html_templates
from runbookkit.app.transcripts.visible import visible
from runbookkit.execute.transcript import Transcript
from runbookkit.model.options import Grafana


def html(transcript: Transcript, grafana: Grafana) -> str:
    """Return the page."""
    page = _environment().get_template("transcript.html.j2")
    return page.render(
        transcript=transcript, grafana=grafana, views=views, chart_size=chart
    )


@cache
def _environment() -> Environment:
    environment = html_templates("runbookkit.app.transcripts").overlay()
    environment.filters = {**environment.filters, "prose": _prose}
    return environment


@cache
def _markdown() -> MarkdownIt:
    # a picture would be fetched, which the page's policy forbids
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def _prose(text: str, names: Mapping[str, Any]) -> str:
    """Return prose with its values as HTML; the renderer escapes all of it."""
    parser = _markdown()
    tokens = parser.parse(text)
    fill(tokens, names)
    return visible(parser.renderer.render(tokens, parser.options, {}))

"""A chart as a picture of its own: an SVG file that needs no page around it."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from runbookkit.app.transcripts import chart
from runbookkit.app.transcripts.chart import Chart
from runbookkit.app.transcripts.visible import visible


def picture(drawn: Chart) -> str:
    """Return the file's text; it has no script and asks for nothing."""
    page = _environment().get_template("chart.svg.j2")
    return page.render(chart=drawn, size=chart)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("runbookkit.app.transcripts", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: value if hasattr(value, "__html__") else visible(value),
        trim_blocks=True,
        lstrip_blocks=True,
    )

"""A chart as a picture of its own: an SVG file that needs no page around it."""

from __future__ import annotations

from runbookkit.app.transcripts import chart
from runbookkit.app.transcripts.chart import Chart
from runbookkit.app.transcripts.html_templates import html_templates


def picture(drawn: Chart) -> str:
    """Return the file's text; it has no script and asks for nothing."""
    templates = html_templates("runbookkit.app.transcripts")
    page = templates.get_template("chart.svg.j2")
    return page.render(chart=drawn, size=chart)

"""The one way in which templates become HTML or SVG here: all of it is escaped."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from runbookkit.app.transcripts.visible import visible


@cache
def html_templates(package: str) -> Environment:
    """Return the templates of a package's folder ``templates``.

    Every value is escaped and nothing hides in it; an unknown name is an error
    (``jinja2.UndefinedError``), never an empty place.
    """
    return Environment(
        loader=PackageLoader(package, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _shown(value: object) -> object:
    """Show what hides in a text; what is HTML already was looked at before."""
    return value if hasattr(value, "__html__") else visible(value)

"""Load the templates that documents are held to."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import NamedTuple

from runbookkit.errors import UsageError
from runbookkit.markdown.template import parse_template
from runbookkit.model.template import Template


class LoadedTemplate(NamedTuple):
    """A template and the file it was read from; built-in ones have no path."""

    template: Template
    content: bytes
    path: str


def load_template(given: str, folder: str, *, kind: str) -> LoadedTemplate:
    """Return the template at a path, or the built-in one of a kind.

    A bare name such as ``meaning-impact`` names a built-in one.

    Raises:
        UsageError: There is no such file or built-in template.
        TemplateError: The file is not a template.
    """
    name = given or kind
    path = Path(given) if given else None
    if path is not None and not path.is_absolute():
        path = Path(folder) / path
    if path is not None and path.is_file():
        content = path.read_bytes()
        shown = given
    else:
        content = _built_in(name, given)
        shown = f"{name}-template.md"
    template = parse_template(content.decode("utf-8", "replace"), shown)
    if template.kind != kind:
        raise UsageError(f"{shown}: a template for a {template.kind}, not for a {kind}")
    return LoadedTemplate(
        template, content, str(path) if path and path.is_file() else ""
    )


def _built_in(name: str, given: str) -> bytes:
    folder = resources.files("runbookkit.templates")
    file = folder / f"{name}-template.md"
    if "/" in name or not file.is_file():
        known = sorted(
            each.name.removesuffix("-template.md")
            for each in folder.iterdir()
            if each.name.endswith("-template.md")
        )
        raise UsageError(
            f"no template {given!r}: neither a file nor one of {', '.join(known)}"
        )
    return file.read_bytes()

"""Load the templates that documents are held to."""

from __future__ import annotations

import pkgutil
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from runbookkit.errors import UsageError
from runbookkit.markdown.template import parse_template
from runbookkit.model.template import Template

_PACKAGE: Final = "runbookkit.templates"


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
    content = None
    if "/" not in name:
        with suppress(OSError):
            content = pkgutil.get_data(_PACKAGE, f"{name}-template.md")
    if content is None:
        raise UsageError(
            f"no template {given!r}: neither a file nor one of {', '.join(_known())}"
        )
    return content


def _known() -> list[str]:
    from importlib import resources  # noqa: PLC0415  costs more than a template

    return sorted(
        each.name.removesuffix("-template.md")
        for each in resources.files(_PACKAGE).iterdir()
        if each.name.endswith("-template.md")
    )

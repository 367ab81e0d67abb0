"""``runbook parse``."""

from __future__ import annotations

import sys
from pathlib import Path

from pydantic import RootModel

from runbookkit.app.reading import paths_of, read_document
from runbookkit.cli import codes
from runbookkit.errors import UsageError
from runbookkit.model.postmortem import Postmortem
from runbookkit.model.runbook import Runbook

_MARKDOWN = (".md", ".markdown")


def parse(*paths: Path, template: str = "") -> int:
    """Print documents as typed data, one JSON object a line.

    Parameters
    ----------
    paths
        Files and folders.
    template
        A template file or the name of a built-in one.
    """
    if not paths:
        raise UsageError("name a file or folder to parse")
    roots = tuple(path.as_posix() for path in paths)
    for path in paths_of(roots, ()):
        if path.endswith(_MARKDOWN):
            document = read_document(Path(path), template)
            typed = RootModel[Runbook | Postmortem](document)
            sys.stdout.write(typed.model_dump_json() + "\n")
    return codes.OK

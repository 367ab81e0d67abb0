"""Read single documents from disk as typed data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from runbookkit.app.templates import load_template
from runbookkit.errors import UsageError
from runbookkit.markdown.document import parse_document
from runbookkit.markdown.runbook import runbook_of
from runbookkit.model.runbook import Runbook
from runbookkit.queries.registry import fence_names
from runbookkit.workspace.walk import MissingPathError, walk

if TYPE_CHECKING:
    from runbookkit.model.postmortem import Postmortem


def paths_of(roots: tuple[str, ...], exclude: tuple[str, ...]) -> list[str]:
    """Return the files to lint.

    Raises:
        UsageError: A root is neither file nor folder.
    """
    try:
        return walk(roots, exclude)
    except MissingPathError as error:
        raise UsageError(f"{error}: no such file or folder") from None
    except OSError as error:
        raise UsageError(f"{error.filename}: {error.strerror}") from error


def read_text(file: Path) -> str:
    """Return a file's text.

    Raises:
        UsageError: It cannot be read.
    """
    try:
        return file.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        where = file.as_posix()
        raise UsageError(f"{where}: cannot be read: {error.strerror}") from error


def read_runbook(file: Path, template: str = "") -> Runbook:
    """Return the runbook in a file, held to a template.

    Raises:
        UsageError: The file cannot be read, or there is no such template.
    """
    document = parse_document(read_text(file), file.as_posix())
    loaded = load_template(template, ".", kind="runbook")
    return runbook_of(document, loaded.template, fence_names())


def read_document(file: Path, template: str = "") -> Runbook | Postmortem:
    """Return the runbook or postmortem in a file, by the format it declares.

    Raises:
        UsageError: The file cannot be read, or there is no such template.
    """
    document = parse_document(read_text(file), file.as_posix())
    if document.format.startswith("postmortem/"):
        from runbookkit.markdown.postmortem import postmortem_of  # noqa: PLC0415

        loaded = load_template("", ".", kind="postmortem")
        return postmortem_of(document, loaded.template)
    loaded = load_template(template, ".", kind="runbook")
    return runbook_of(document, loaded.template, fence_names())

"""Where output goes and how it may look."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from runbookkit.cli import codes
from runbookkit.errors import UsageError
from runbookkit.lint.report import Report, Style
from runbookkit.workspace.memo import Answer


def style_of(variables: Mapping[str, str], *, everything: bool) -> Style:
    """Return how output may look here."""
    colour = sys.stdout.isatty() and variables.get("TERM") != "dumb"
    if variables.get("NO_COLOR"):
        colour = False
    elif variables.get("FORCE_COLOR"):
        colour = True
    width = shutil.get_terminal_size((100, 24)).columns
    return Style(colour, width, everything, _place_in_repository())


def _place_in_repository() -> str:
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / ".git").exists():
            place = os.path.relpath(here, folder).replace(os.sep, "/")
            return "" if place == "." else place
    return ""


def speak(
    pieces: Iterable[str], file: str, code: int, notes: Iterable[str] = ()
) -> Answer:
    """Print an output, or write it to a file, and return what was said.

    Notes go to stderr, before the output.

    Raises:
        UsageError: The file cannot be written.
    """
    talk = "".join(f"{note}\n" for note in notes)
    sys.stderr.write(talk)
    sys.stderr.flush()
    if file:
        try:
            Path(file).write_bytes("".join(pieces).encode("utf-8", "replace"))
        except OSError as error:
            raise UsageError(f"{file}: cannot be written: {error.strerror}") from error
        return Answer(b"", b"", code)
    said: list[bytes] = []
    for piece in pieces:
        data = piece.encode("utf-8", "replace")
        said.append(data)
        sys.stdout.buffer.write(data)
    sys.stdout.flush()
    return Answer(b"".join(said), talk.encode("utf-8", "replace"), code)


def exit_code(report: Report, allowed_unchecked: Collection[str]) -> int:
    """Return 1 for findings above *info*, else 3 for what could not be checked."""
    if any(finding.level != "info" for finding in report.findings):
        return codes.FINDINGS
    open_questions = (
        each
        for each in report.unchecked
        if not any(each.code.startswith(code) for code in allowed_unchecked)
    )
    return codes.COULD_NOT_CHECK if any(open_questions) else codes.OK

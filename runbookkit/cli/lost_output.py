"""What is left to do when the output cannot be written."""

from __future__ import annotations

import contextlib
import sys

from runbookkit.cli import codes


def lost_output(error: OSError) -> int:
    """Say why, unless the reader just left, and return the exit code."""
    left = isinstance(error, BrokenPipeError)
    if not left:
        where = error.filename or "the output"
        said = f"runbook: {where}: cannot be written: {error.strerror or error}"
        print(said, file=sys.stderr)
    # Python would try once more at exit, and complain
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.close()
    return codes.OK if left else codes.COULD_NOT_CHECK

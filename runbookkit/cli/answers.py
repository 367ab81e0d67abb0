"""Say again what was said before, if nothing changed. Imports next to nothing."""

from __future__ import annotations

import os
import sys

from runbookkit.cli.lost_output import lost_output
from runbookkit.workspace.memo import cache_folder, question, recall


def repeat(arguments: list[str]) -> int | None:
    """Print the remembered answer and return its exit code; none when there is none."""
    environment = os.environ  # noqa: TID251  reading settings.py would cost the time saved here
    key = question(arguments, environment, terminal=sys.stdout.isatty())
    answer = recall(cache_folder(environment), key)
    if answer is None:
        return None
    try:
        sys.stderr.buffer.write(answer.talk)
        sys.stderr.flush()
        sys.stdout.buffer.write(answer.output)
        sys.stdout.flush()
    except OSError as error:
        return lost_output(error)
    return answer.code

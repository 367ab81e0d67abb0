"""A copy of a workspace in which runbooks can be spoiled."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from runbookkit.errors import UsageError

_NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "__pycache__", "node_modules")


@contextmanager
def copied(folder: Path, parts: Sequence[Path]) -> Iterator[Path]:
    """Yield a folder like another: ``parts`` are copied, everything else is linked.

    Raises:
        UsageError: A part is not below the folder.
    """
    root = folder.resolve()
    wanted = {_first(part.resolve(), root) for part in parts}
    with tempfile.TemporaryDirectory(prefix="runbook-calibration-") as name:
        copy = Path(name).resolve()
        for entry in root.iterdir():
            if entry.name not in wanted:
                (copy / entry.name).symlink_to(entry)
            elif entry.is_dir():
                shutil.copytree(entry, copy / entry.name, ignore=_NOT_COPIED)
            else:
                shutil.copy2(entry, copy / entry.name)
        yield copy


def _first(part: Path, root: Path) -> str:
    try:
        return part.relative_to(root).parts[0]
    except (ValueError, IndexError) as error:
        raise UsageError(
            f"{part}: is not below {root}; calibrate from the folder of runbook.toml"
        ) from error

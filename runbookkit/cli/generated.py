"""Files that are made from the code: written, or checked for drift."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from runbookkit.cli import codes
from runbookkit.errors import UsageError


def write_files(folder: Path, texts: Mapping[str, str]) -> int:
    """Write files that differ, and take away those that are made no longer.

    Raises:
        UsageError: The folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            file = folder / name
            if not file.is_file() or file.read_bytes() != text.encode():
                file.write_bytes(text.encode())
                print(f"wrote {file.as_posix()}")
        for file in _others(folder, texts):
            file.unlink()
            print(f"removed {file.as_posix()}")
    except OSError as error:
        raise UsageError(
            f"{error.filename}: cannot be written: {error.strerror}"
        ) from error
    return codes.OK


def check_files(folder: Path, texts: Mapping[str, str], cure: str) -> int:
    """Return 1 when a file is not what the code makes, and say which."""
    drifted = [
        folder / name
        for name, text in texts.items()
        if not (folder / name).is_file()
        or (folder / name).read_bytes().replace(b"\r\n", b"\n") != text.encode()
    ]
    drifted += _others(folder, texts)
    for file in drifted:
        message = f"{file.as_posix()}: not what the code makes; run {cure}"
        print(message, file=sys.stderr)
    return codes.FINDINGS if drifted else codes.OK


def _others(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    suffixes = {Path(name).suffix for name in texts}
    if not folder.is_dir():
        return []
    return sorted(
        file
        for file in folder.iterdir()
        if file.suffix in suffixes and file.name not in texts
    )

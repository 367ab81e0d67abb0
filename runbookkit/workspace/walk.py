"""Which files to lint. Imported before every lint, so it imports next to nothing."""

from __future__ import annotations

import os

SUFFIXES = (".md", ".markdown", ".yaml", ".yml")
_SKIPPED = frozenset({"node_modules", "site-packages", "__pycache__", "venv"})


class MissingPathError(OSError):
    """A path that was asked for is not there."""


def walk(roots: tuple[str, ...], exclude: tuple[str, ...] = ()) -> list[str]:
    """Return the markdown and YAML files at and below the roots, sorted, once each.

    Hidden folders, dependencies and links to folders are left out; a file that
    is named itself is always in. Paths are as given, with forward slashes.

    Raises:
        MissingPathError: A root is neither file nor folder.
    """
    found: set[str] = set()
    for root in roots:
        if os.path.isdir(root):  # noqa: PTH112  pathlib costs more than the walk
            _folder(root, found)
        elif os.path.isfile(root):  # noqa: PTH113
            found.add(root)
        else:
            raise MissingPathError(root)
    paths = sorted(_tidy(path) for path in found)
    if exclude:
        paths = [path for path in paths if not _excluded(path, exclude)]
    return paths


def _folder(folder: str, found: set[str]) -> None:
    pending = [folder]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                name = entry.name
                if entry.is_dir(follow_symlinks=False):
                    if not name.startswith(".") and name not in _SKIPPED:
                        pending.append(entry.path)
                elif name.endswith(SUFFIXES) and entry.is_file():
                    found.add(entry.path)


def _tidy(path: str) -> str:
    path = path.replace(os.sep, "/")
    while path.startswith("./"):
        path = path[2:]
    return path


def _excluded(path: str, patterns: tuple[str, ...]) -> bool:
    from fnmatch import fnmatchcase  # noqa: PLC0415  costs as much as a small walk

    parts = path.split("/")
    count = len(parts)
    pieces = {
        "/".join(parts[start:end])
        for start in range(count)
        for end in range(start + 1, count + 1)
    }
    return any(
        fnmatchcase(piece, pattern.rstrip("/"))
        for pattern in patterns
        for piece in pieces
    )

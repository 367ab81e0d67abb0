"""The audits that a handbook keeps: read, asked, and written again.

The linter asks it, so it imports nothing that takes time to load.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, get_args

from runbookkit.errors import UsageError
from runbookkit.model.audited import Audited, Known
from runbookkit.settings import Loaded

_FORMAT: Final = "audits/v1"
_FIELDS: Final = ("content_hash", "player", "verdict", "on")


@dataclass(frozen=True, slots=True)
class AuditBook:
    """What was audited, by the runbook's path relative to a folder."""

    file: str
    folder: str
    audits: Mapping[str, tuple[Audited, ...]] = field(default_factory=dict)
    content: bytes = b""

    def name_of(self, path: str) -> str:
        """Return the name under which a file is kept."""
        return os.path.relpath(path, self.folder).replace(os.sep, "/")

    def at(self, path: str, content: bytes) -> Audited | None:
        """Return the newest audit of the very text of a file; none without one."""
        mark = f"sha256:{sha256(_same(content)).hexdigest()}"
        known = self.audits.get(self.name_of(path), ())
        found = [each for each in known if each.content_hash == mark]
        return max(found, key=lambda each: each.on, default=None)

    def last(self, path: str) -> Audited | None:
        """Return the newest audit of a file, whatever its text was."""
        known = self.audits.get(self.name_of(path), ())
        return max(known, key=lambda each: each.on, default=None)

    def without_audit(self, paths: Iterable[str]) -> Iterator[str]:
        """Yield a line for each runbook that is not audited at its present text."""
        for path in paths:
            if self.at(path, Path(path).read_bytes()) is None:
                last = self.last(path)
                said = f"has changed since its audit on {last.on}" if last else ""
                said = said or "was never audited"
                yield f"{path}: info: {said}; runbook audit {path} --record"


def _same(content: bytes) -> bytes:
    """Return the bytes that a text has whose undecodable parts were replaced."""
    return content.decode("utf-8", "replace").encode()


def audit_book(loaded: Loaded) -> AuditBook | None:
    """Return the audits that the settings name; none where they name no file.

    A file that is not there yet holds none.

    Raises:
        UsageError: It is not what ``--record`` writes.
    """
    named = loaded.configuration.audit.record
    if not named:
        return None
    file = Path(loaded.folder) / named
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return AuditBook(str(file), loaded.folder)
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from error
    return AuditBook(str(file), loaded.folder, _read(content, file), content)


def _read(content: bytes, file: Path) -> dict[str, tuple[Audited, ...]]:
    try:
        return _entries(json.loads(content))
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise UsageError(
            f"{file}: is no {_FORMAT} file; restore it, or remove it and record anew"
        ) from error


def _entries(data: Any) -> dict[str, tuple[Audited, ...]]:
    if data["format"] != _FORMAT:
        raise ValueError(data["format"])
    return {
        str(path): tuple(_entry(each) for each in entries)
        for path, entries in data["audits"].items()
    }


def _entry(data: Any) -> Audited:
    content_hash, player, verdict, on = (data[each] for each in _FIELDS)
    texts = (content_hash, player, on)
    if verdict not in get_args(Known) or not all(isinstance(t, str) for t in texts):
        raise ValueError(verdict)
    return Audited(content_hash, player, verdict, date.fromisoformat(on))


def with_audits(
    book: AuditBook, found: Iterable[tuple[str, Audited]]
) -> dict[str, tuple[Audited, ...]]:
    """Return the audits of a book with newer ones, each player's last one.

    What is about files that are gone is left out.
    """
    made = dict(book.audits)
    for path, entry in found:
        name = book.name_of(path)
        others = [e for e in made.get(name, ()) if e.player != entry.player]
        made[name] = tuple(sorted((*others, entry), key=lambda each: each.player))
    there = (name for name in sorted(made) if (Path(book.folder) / name).is_file())
    return {name: made[name] for name in there}


def write_audits(book: AuditBook, audits: Mapping[str, tuple[Audited, ...]]) -> None:
    """Write a book, whole or not at all.

    Raises:
        UsageError: It cannot be written.
    """
    data = {
        name: [
            {
                "content_hash": each.content_hash,
                "player": each.player,
                "verdict": each.verdict,
                "on": each.on.isoformat(),
            }
            for each in entries
        ]
        for name, entries in audits.items()
    }
    text = json.dumps({"format": _FORMAT, "audits": data}, indent=2) + "\n"
    target = Path(book.file)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        unfinished.replace(target)
    except OSError as error:
        raise UsageError(f"{book.file}: cannot be written: {error.strerror}") from error

"""Plays that were made before: the same play of the same text costs nothing.

A file a play, named by what the play depends on; its first line is the digest of the
rest. Whatever cannot be read, or does not match, counts as absent.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path

from runbookkit.audit.transcripts import read, written
from runbookkit.errors import CouldNotCheckError
from runbookkit.model.audit import PlayKey, Transcript


class KeptPlays:
    """The plays kept in one folder; safe for several processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: PlayKey) -> Transcript | None:
        """Return the play of a key, if it was made and came to an end."""
        file = self._file(key)
        try:
            mark, _, text = file.read_bytes().decode().partition("\n")
            if mark != sha256(text.encode()).hexdigest():
                return None
            found = read(text, str(file))
        except (OSError, UnicodeDecodeError, CouldNotCheckError):
            return None
        return found if found.key == key and not found.error else None

    def put(self, transcript: Transcript) -> None:
        """Keep a play; one that broke off is not kept, and a full disk is no error."""
        if transcript.error:
            return
        text = written(replace(transcript, facts={}))
        file = self._file(transcript.key)
        unfinished = file.with_suffix(f".{os.getpid()}")
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            mark = sha256(text.encode()).hexdigest()
            unfinished.write_bytes(f"{mark}\n{text}".encode())
            unfinished.replace(file)

    def _file(self, key: PlayKey) -> Path:
        name = sha256(json.dumps(asdict(key), sort_keys=True).encode()).hexdigest()
        return self._folder / name[:2] / f"{name}.jsonl"

"""Files that are linked to but not linted."""

from __future__ import annotations

from pathlib import Path

from runbookkit.markdown.document import parse_document
from runbookkit.workspace.memo import Ledger, content_hash


class OutsideFiles:
    """Looks at the disk, and notes in the ledger what it looked for."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._anchors: dict[str, frozenset[str] | None] = {}
        self._there: dict[str, bool] = {}

    def exists(self, path: str) -> bool:
        """Tell whether a file or folder is there."""
        if path not in self._there:
            try:
                there = Path(path).exists()
            except (OSError, ValueError):
                there = False
            self._there[path] = there
            self._ledger.looked(path, there=there)
        return self._there[path]

    def anchors(self, path: str) -> frozenset[str] | None:
        """Return the fragments of a markdown file; none when there is none."""
        if path not in self._anchors:
            self._anchors[path] = self._read(path)
        return self._anchors[path]

    def _read(self, path: str) -> frozenset[str] | None:
        if not self.exists(path) or not path.endswith((".md", ".markdown")):
            return None
        try:
            content = Path(path).read_bytes()
        except OSError:
            return None
        self._ledger.read(path, content_hash(content))
        return parse_document(content.decode("utf-8", "replace"), path).anchors

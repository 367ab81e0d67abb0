"""Which runbook the handbook keeps for which alert."""

from __future__ import annotations

from pathlib import Path

from runbookkit.app.beginning import read_found
from runbookkit.app.reading import paths_of, read_text
from runbookkit.errors import UsageError
from runbookkit.settings import Loaded


def runbooks_by_alert(loaded: Loaded) -> dict[str, str]:
    """Return paths of runbooks by the alerts that they name.

    Only configured folders are read. A page that cannot be read is left out: an
    alert must not wait for it. Of two pages for one alert the first one holds,
    and the linter tells of the other.
    """
    found: dict[str, str] = {}
    for folder in loaded.configuration.lint.handbook:
        root = Path(loaded.folder) / folder
        if not root.is_dir():
            continue
        for path in paths_of((str(root),), ()):
            if path.endswith(".md"):
                for alert in _alerts(Path(path), loaded):
                    found.setdefault(alert, path)
    return found


def _alerts(file: Path, loaded: Loaded) -> tuple[str, ...]:
    try:
        text = read_text(file)
        if not text.startswith("---"):
            return ()
        return read_found(text, file.as_posix(), loaded).runbook.metadata.alerts
    except UsageError:
        return ()

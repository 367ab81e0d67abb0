"""Which runbook of the handbook each alert has."""

from __future__ import annotations

from pathlib import Path

from runbookkit.app.beginning import read_found
from runbookkit.app.reading import paths_of, read_text
from runbookkit.errors import UsageError
from runbookkit.markdown.runbook import FORMAT
from runbookkit.settings import Loaded


def runbooks_by_alert(loaded: Loaded) -> dict[str, str]:
    """Return paths of runbooks by the names of the alerts that they list.

    Only where the configuration names the handbook's folders. Of two runbooks for
    one alert the first by path counts; a file that cannot be read is left out, the
    linter says why.
    """
    folders = [
        Path(loaded.folder) / each for each in loaded.configuration.lint.handbook
    ]
    there = tuple(str(folder) for folder in folders if folder.is_dir())
    found: dict[str, str] = {}
    for path in sorted(paths_of(there, ())) if there else ():
        if path.endswith(".md"):
            for alert in _alerts_of(path, loaded):
                found.setdefault(alert, path)
    return found


def _alerts_of(path: str, loaded: Loaded) -> tuple[str, ...]:
    try:
        text = read_text(Path(path))
        if FORMAT not in text:
            return ()
        return read_found(text, path, loaded).runbook.metadata.alerts
    except UsageError:
        return ()

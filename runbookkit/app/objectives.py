"""Find and read the files of objectives."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from runbookkit.app.reading import read_text
from runbookkit.errors import UsageError
from runbookkit.markdown.slofile import parse_slo_file
from runbookkit.model.slo import Objective, SloFile
from runbookkit.queries.promql_ranges import per_second
from runbookkit.settings import Loaded

_ENDINGS = (".yaml", ".yml")


def read_objectives(paths: Sequence[str], loaded: Loaded) -> tuple[SloFile, ...]:
    """Return the files at and below some paths, or those that are configured.

    Raises:
        UsageError: A path is neither file nor folder, or nothing is configured.
    """
    roots = [Path(path) for path in paths] or _configured(loaded)
    files: list[Path] = []
    for root in roots:
        if root.is_dir():
            files += sorted(each for each in root.rglob("*") if each.suffix in _ENDINGS)
        elif root.is_file():
            files.append(root)
        else:
            raise UsageError(f"{root.as_posix()}: no such file or folder")
    if not files:
        raise UsageError(
            "no file of objectives is here; name one, or set `slos` in runbook.toml"
        )
    return tuple(read_slo_file(file) for file in dict.fromkeys(files))


def read_slo_file(file: Path) -> SloFile:
    """Return the objectives of a file.

    Raises:
        UsageError: It cannot be read.
    """
    return parse_slo_file(read_text(file), file.as_posix(), per_second)


def known_objectives(loaded: Loaded) -> dict[str, Objective]:
    """Return the configured objectives by id; none where there are none."""
    if not _configured(loaded):
        return {}
    files = read_objectives((), loaded)
    return {each.id: each for file in files for each in file.objectives}


def _configured(loaded: Loaded) -> list[Path]:
    folder = Path(loaded.folder)
    named = loaded.configuration.slos
    if named:
        return [folder / each for each in named]
    handbooks = loaded.configuration.lint.handbook or (".",)
    places = (folder / each / "slos" for each in handbooks)
    return [each for each in places if each.is_dir()]

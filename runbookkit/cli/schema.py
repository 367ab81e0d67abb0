"""``runbook schema``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from runbookkit.cli import codes
from runbookkit.cli.generated import check_files, write_files
from runbookkit.cli.schemas import schemas
from runbookkit.errors import UsageError

_FOLDER = Path("schemas")


def schema(
    name: str = "",
    /,
    *,
    check: Annotated[bool, Parameter(negative=())] = False,
    write: Annotated[bool, Parameter(negative=())] = False,
    folder: Path = _FOLDER,
) -> int:
    """Print, write or check the published JSON Schemas.

    Parameters
    ----------
    name
        Which to print; all names are listed when left out.
    check
        Compare the files in the folder with the models; 1 when they drift.
    write
        Write the files.
    folder
        Where the files are.
    """
    made = schemas()
    if check:
        place = "" if folder == _FOLDER else f" --folder {folder.as_posix()}"
        return check_files(folder, made, f"`runbook schema --write{place}`")
    if write:
        return write_files(folder, made)
    if not name:
        print(*(file.removesuffix(".json") for file in made), sep="\n")
        return codes.OK
    text = made.get(f"{name}.json")
    if text is None:
        known = ", ".join(file.removesuffix(".json") for file in made)
        raise UsageError(f"there is no schema {name!r}; known are {known}")
    sys.stdout.write(text)
    return codes.OK

"""``runbook postmortem``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Final

import cyclopts
from cyclopts import Parameter

from runbookkit import settings
from runbookkit.cli import codes

postmortem = cyclopts.App(
    name="postmortem", help="Draft postmortems from the record, and publish them."
)
_FOLDER: Final = "ops-handbook/postmortems"


@postmortem.command
def draft(
    incident: str,
    /,
    *,
    folder: str = _FOLDER,
    file: str = "",
    show: Annotated[bool, Parameter(("--print",), negative=())] = False,
    config: str = "",
) -> int:
    """Draft the postmortem of an incident, or bring one up to date.

    Everything comes from the record. Blocks between `generated` comments are made
    again as long as nobody changed them; all other text stays as it is.

    Parameters
    ----------
    incident
        Its number, as INC-12 or 12.
    folder
        Where the file goes; one that is about the incident is found there.
    file
        The file, where it has another name.
    show
        Print the text too.
    config
        Configuration file; found upward from here when left out.
    """
    from runbookkit.app.assessing import bring_up_to_date, measuring
    from runbookkit.app.connecting import servers_of
    from runbookkit.app.postmortems.gathering import number_of
    from runbookkit.app.postmortems.writing import incidents_of, write_draft
    from runbookkit.clock import SystemClock

    variables = settings.environment()
    loaded = settings.load(Path(), variables, file=config)
    clock = SystemClock()
    number = number_of(incident)
    backends = servers_of(loaded, variables, clock).backends
    looking = measuring(loaded, backends.get("promql"))
    with incidents_of(loaded, variables, clock) as store:
        bring_up_to_date(number, store, looking, clock.now())
        written = write_draft(
            number,
            store,
            loaded,
            today=clock.now().date(),
            folder=Path(folder),
            file=Path(file) if file else None,
        )
    for missing in looking.meter.not_asked:
        print(f"not asked: {missing.source}: {missing.reason}", file=sys.stderr)
    for name in written.edited:
        print(f"kept as people changed it: {name}", file=sys.stderr)
    for name in written.missing:
        print(f"left out, as people deleted it: {name}", file=sys.stderr)
    word = "brought up to date" if written.again else "drafted"
    print(f"{word}: {written.file.as_posix()}", file=sys.stderr)
    if show:
        sys.stdout.write(written.text)
    return codes.OK


@postmortem.command
def archive(
    folder: str = _FOLDER,
    /,
    *,
    into: str = "",
    config: str = "",
) -> int:
    """Build the public index of postmortems: one page of HTML, and one for each.

    Drafts are left out, and said so.

    Parameters
    ----------
    folder
        Where the postmortems are.
    into
        Where the pages go; the folder `archive` in it when left out.
    config
        Configuration file; found upward from here when left out.
    """
    from runbookkit.app.postmortems.archive import write_archive

    loaded = settings.load(Path(), settings.environment(), file=config)
    target = Path(into) if into else Path(folder) / "archive"
    made = write_archive(Path(folder), target, loaded)
    for each in made.left_out:
        print(f"left out, as it is a draft: {each}", file=sys.stderr)
    print(f"{made.pages} postmortems: {(target / 'index.html').as_posix()}")
    return codes.OK

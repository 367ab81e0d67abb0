"""``runbook postmortem``."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import cyclopts
from cyclopts import Parameter

from runbookkit import settings
from runbookkit.cli import codes

if TYPE_CHECKING:
    from runbookkit.app.postmortems.writing import Assistance, Written
    from runbookkit.model.observation import NotAsked
    from runbookkit.ports import Clock
    from runbookkit.settings import Loaded

postmortem = cyclopts.App(
    name="postmortem", help="Draft postmortems from the record, and publish them."
)
_FOLDER: Final = "ops-handbook/postmortems"


@postmortem.command
def draft(  # noqa: PLR0913  one parameter an option
    incident: str,
    /,
    *,
    into: str = _FOLDER,
    show: Annotated[bool, Parameter(("--print",), negative=())] = False,
    assist: Annotated[bool, Parameter(negative=())] = False,
    model: str = "",
    server: str = "",
    config: str = "",
) -> int:
    """Draft the postmortem of an incident, or bring one up to date.

    Everything comes from the record. Blocks between `generated` comments are made
    again as long as nobody changed them; all other text stays as it is.

    Parameters
    ----------
    incident
        Its number, as INC-12 or 12.
    into
        Folder of the file; one that is about the incident is found there. Or the
        file itself, which ends in .md.
    show
        Print the text too.
    assist
        Let a model add to the summary: only sentences that cite the timeline, with
        numbers from the record, are taken. It is configured under [audit].
    model
        The model, in place of the configured one.
    server
        Address of a `runbook serve` that has the incident; else `RUNBOOK_SERVER`. Its
        token is in `RUNBOOK_TOKEN`, or in the file that `RUNBOOK_TOKEN_FILE` names.
    config
        Configuration file; found upward from here when left out.
    """
    from runbookkit.app.assessing import bring_up_to_date, measuring
    from runbookkit.app.connecting import servers_of
    from runbookkit.app.postmortems.writing import incidents_of, write_draft
    from runbookkit.app.running import no_incident, state_folder, store_in_words
    from runbookkit.clock import SystemClock
    from runbookkit.incidents.naming import number_of

    variables = settings.environment(server)
    loaded = settings.load(Path(), variables, file=config)
    clock = SystemClock()
    number = number_of(incident)
    backends = servers_of(loaded, variables, clock).backends
    looking = measuring(loaded, backends.get("promql"))
    with (
        incidents_of(loaded, variables, clock, server) as opened,
        _assistance(model, loaded, variables, clock)
        if assist
        else nullcontext() as assistance,
    ):
        if opened.record.incident(number) is None:
            where = store_in_words(loaded, state_folder(loaded, variables), variables)
            raise no_incident(number, where)
        if opened.store is not None:
            early = bring_up_to_date(number, opened.store, looking, clock.now())
            _tell_early(early)
        written = write_draft(
            number,
            opened.record,
            loaded,
            today=clock.now().date(),
            into=Path(into),
            assistance=assistance,
        )
    _tell(written, looking.meter.not_asked)
    if show:
        sys.stdout.write(written.text)
    return codes.OK


def _assistance(
    model: str, loaded: Loaded, variables: Mapping[str, str], clock: Clock
) -> AbstractContextManager[Assistance | None]:
    from runbookkit.app.postmortems.model_writer import model_writer

    return model_writer(model, loaded, variables, clock)


def _tell_early(objectives: Sequence[str]) -> None:
    for each in objectives:
        told = f"not final: the impact on {each}; draft again some minutes after"
        print(f"{told} the incident is over", file=sys.stderr)


def _tell(written: Written, not_asked: Sequence[NotAsked]) -> None:
    for missing in not_asked:
        print(f"not asked: {missing.source}: {missing.reason}", file=sys.stderr)
    for text, why in written.refused:
        print(f"not taken from the model, as {why}: {text!r}", file=sys.stderr)
    for name in written.edited:
        print(f"kept as people changed it: {name}", file=sys.stderr)
    for name in written.missing:
        print(f"left out, as people deleted it: {name}", file=sys.stderr)
    word = "brought up to date" if written.again else "drafted"
    print(f"{word}: {written.file.as_posix()}", file=sys.stderr)


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

"""``runbook review``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from pydantic import TypeAdapter

from runbookkit import settings
from runbookkit.app.assessing import bring_all_up_to_date, measuring
from runbookkit.app.connecting import servers_of, window_named
from runbookkit.app.postmortems.writing import incidents_of
from runbookkit.app.review_text import review_page, write_review
from runbookkit.app.reviewing import review as look_back
from runbookkit.app.running import state_folder, store_in_words
from runbookkit.cli import codes
from runbookkit.clock import SystemClock
from runbookkit.errors import CouldNotCheckError
from runbookkit.model.review import Review


def review(
    *,
    since: str = "7d",
    into: str = "ops-handbook/weekly",
    show: Annotated[bool, Parameter(("--print",), negative=())] = False,
    as_json: Annotated[bool, Parameter(("--json",), negative=())] = False,
    server: str = "",
    config: str = "",
) -> int:
    """Write the weekly alert review: did each page represent user impact?

    Parameters
    ----------
    since
        How far to look back, at most 7d; the same time before is compared.
    into
        Folder of the reviews; the file is named after the week.
    show
        Print the page, and write nothing.
    as_json
        Print the numbers as JSON, and write nothing.
    server
        Address of a `runbook serve` that has the incidents; else `RUNBOOK_SERVER`. Its
        token is in `RUNBOOK_TOKEN`, or in the file that `RUNBOOK_TOKEN_FILE` names.
    config
        Configuration file; found upward from here when left out.
    """
    variables = settings.environment(server)
    loaded = settings.load(Path(), variables, file=config)
    clock = SystemClock()
    end = clock.now()
    backend = servers_of(loaded, variables, clock).backends.get("promql")
    looking = measuring(loaded, backend)
    start = end - window_named(since)
    with incidents_of(loaded, variables, clock, server) as opened:
        if not opened.record.incidents(open_only=False, limit=1):
            raise CouldNotCheckError(_nothing(loaded, variables))
        if backend is not None and opened.store is not None:
            bring_all_up_to_date(opened.store, looking, start, end)
        found = look_back(opened.record, loaded, start, end)
    for missing in looking.meter.not_asked:
        print(f"not asked: {missing.source}: {missing.reason}", file=sys.stderr)
    if as_json:
        adapter = TypeAdapter(Review)
        sys.stdout.write(adapter.dump_json(found, indent=2).decode() + "\n")
    elif show:
        sys.stdout.write(review_page(found).text)
    else:
        file, page = write_review(found, Path(into))
        for name in page.edited:
            print(f"kept as people changed it: {name}", file=sys.stderr)
        for name in page.missing:
            print(f"left out, as people deleted it: {name}", file=sys.stderr)
        print(file.as_posix())
    return codes.OK


def _nothing(loaded: settings.Loaded, variables: Mapping[str, str]) -> str:
    where = store_in_words(loaded, state_folder(loaded, variables), variables)
    return (
        f"{where}: no incident was ever kept here, so there is nothing to review, and"
        " nothing was written; incidents are kept by `runbook serve`: name its address"
        " with --server or RUNBOOK_SERVER, or its store with RUNBOOK_STORE"
    )

"""Keep what an audit found, and say on a page what is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from runbookkit.app.audited import audit_book, with_audits, write_audits
from runbookkit.errors import UsageError
from runbookkit.lint.addresses import resolve
from runbookkit.lint.context import Handbook
from runbookkit.model.audit import AuditReport
from runbookkit.model.audited import Audited, Known
from runbookkit.model.facts import Facts
from runbookkit.settings import Loaded


def record_audits(report: AuditReport, loaded: Loaded, today: date) -> None:
    """Write what an audit found to the file that the settings name.

    Raises:
        UsageError: They name none, or it cannot be written.
    """
    book = audit_book(loaded)
    if book is None:
        raise UsageError(
            "--record: the settings name no file; add `record` under [audit], such as"
            ' record = "ops-handbook/audits.json"'
        )
    write_audits(book, with_audits(book, _found(report, today)))


def _found(report: AuditReport, today: date) -> Iterator[tuple[str, Audited]]:
    for each in report.runbooks:
        # whoever could not play it, or lied, has audited nothing
        if each.verdict in {"executable", "gaps"}:
            verdict: Known = "gaps" if each.verdict == "gaps" else "executable"
            entry = Audited(each.content_hash, report.player, verdict, today)
            yield each.path, entry


def audited_words(address: str, loaded: Loaded) -> str:
    """Return when the runbook at an address was audited, for a page.

    Empty where no audits are kept, or the address leads to no runbook of them.
    """
    try:
        book = audit_book(loaded)
    except UsageError:
        return ""  # an incident is shown whatever the handbook looks like
    if book is None or not address:
        return ""
    pages = {path: Facts(path, "runbook") for path in book.audits}
    options = loaded.configuration.lint
    name = resolve(address, "", Handbook({}, pages), options).path
    path = str(Path(loaded.folder) / name)
    last = book.last(path) if name else None
    if last is None or not Path(path).is_file():
        return ""
    here = book.at(path, Path(path).read_bytes())
    if here is None:
        return f"not audited at this text; last on {last.on} ({last.verdict})"
    return f"audited at this text on {here.on}: {here.verdict} ({here.player})"

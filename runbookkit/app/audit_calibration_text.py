"""A calibration for reading: shares with their intervals, and what was missed."""

from __future__ import annotations

from collections.abc import Iterator

from runbookkit.model.calibration import CalibrationRecord, Cell, Share


def calibration_text(record: CalibrationRecord, *, everything: bool) -> str:
    """Return what a person wants to know of a calibration, in 80 columns."""
    return "\n".join(_lines(record, everything=everything)) + "\n"


def _lines(record: CalibrationRecord, *, everything: bool) -> Iterator[str]:
    planted = [each for each in record.cells if each.kinds]
    runbooks = {each.path for each in record.cells}
    operators = {each.operator for each in planted}
    yield (
        f"player {record.player}: {len(planted)} defects of {len(operators)} sorts"
        f" planted in {len(runbooks)} runbooks, seed {record.seed}"
    )
    yield ""
    yield "found                 all                      held-out third"
    for reader, of_all in record.recall.items():
        held = record.held_out[reader]
        yield f"  {reader:18}  {_share(of_all):24} {_share(held)}"
    yield ""
    yield "found by kind, dry run and player together"
    for kind, found in record.by_kind.items():
        yield f"  {kind:18}  {_share(found)}"
    yield ""
    yield f"reports at the right place        {_share(record.precision)}"
    yield f"harmless changes reported         {_share(record.false_alarms)}"
    yield f"spoiled and called executable     {_share(record.trusted)}"
    book = record.closed_book
    yield f"executed without the commands     {book.executed} of {book.played}"
    yield f"operators that fitted nowhere     {record.not_applicable}"
    yield from _missed(record, everything=everything)


def _missed(record: CalibrationRecord, *, everything: bool) -> Iterator[str]:
    # whoever looks at what was missed of the held-out third tunes to it
    missed = [
        each
        for each in record.cells
        if each.kinds and not each.found_by and (everything or not each.held_out)
    ]
    if missed:
        yield ""
        yield (
            "not found, the held-out third left out" if not everything else "not found"
        )
    for each in missed:
        yield f"  {each.path}:{each.line}: {each.operator} ({_wanted(each)})"


def _wanted(cell: Cell) -> str:
    return " or ".join(cell.kinds)


def _share(share: Share) -> str:
    if not share.of:
        return "none tried"
    return f"{share.found} of {share.of} [{share.low:.0%}, {share.high:.0%}]"

"""Calibrate the audit: plant defects in runbooks that pass it, and count."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib import metadata
from pathlib import Path

from runbookkit.app.audit import (
    Auditor,
    AuditRequest,
    played_runbooks,
)
from runbookkit.app.audit_copy import copied
from runbookkit.app.audit_players import scripted_player
from runbookkit.audit.calibration.score import (
    Looked,
    false_alarms,
    precision,
    recall,
    scored,
    share,
    trusted,
)
from runbookkit.audit.calibration.suite import (
    Planted,
    operators,
    plant,
    suite_digest,
)
from runbookkit.audit.calls import tool_definitions
from runbookkit.audit.judge import judge_play
from runbookkit.audit.play import Play, play
from runbookkit.audit.played import PlayedRunbook, judged
from runbookkit.audit.view import prompt_digest, situation_of, view_of
from runbookkit.errors import UsageError
from runbookkit.model.calibration import (
    CalibrationRecord,
    Cell,
    ClosedBook,
    Reader,
    Share,
)
from runbookkit.model.runbook import Runbook
from runbookkit.settings import Loaded

READERS: tuple[Reader, ...] = ("dry run", "player", "both")
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What is calibrated, and how far."""

    paths: tuple[str, ...]
    at: datetime
    seed: int = 0
    most: int = 0
    """Cells to try at most, spread over operators; all when 0."""
    client: str = ""
    """Name of the distribution that asks the model; empty without one."""


def calibrate(
    wanted: Calibration, auditor: Auditor, loaded: Loaded, tell: Tell
) -> CalibrationRecord:
    """Return what an auditor finds of what is planted in some runbooks.

    Raises:
        UsageError: None of them can be executed as it is.
    """
    root = Path(loaded.folder)
    options = loaded.configuration.lint
    parts = [Path(each) for each in wanted.paths]
    parts += [root / each for each in (*options.handbook, *options.rules)]
    with copied(root, parts) as copy:
        here = replace(loaded, folder=str(copy))
        paths = [
            str(copy / Path(e).resolve().relative_to(root.resolve()))
            for e in wanted.paths
        ]
        bench = _Bench(auditor, here, wanted, copy)
        clean = list(bench.clean(paths))
        if not clean:
            raise UsageError(
                f"{', '.join(wanted.paths)}: no runbook here passes the audit as it is;"
                " defects are planted in those that do"
            )
        tell(f"{len(clean)} runbooks pass unspoiled; planting")
        cells, unfit = bench.cells(clean, tell)
        book = bench.closed_book(clean)
        suite = suite_digest([each.runbook for each in clean], operators())
    return _record(wanted, auditor, suite, cells, unfit, book)


@dataclass(frozen=True, slots=True)
class _Bench:
    auditor: Auditor
    loaded: Loaded
    wanted: Calibration
    copy: Path
    parents: dict[tuple[str, str], PlayedRunbook] = field(default_factory=dict)
    """Unspoiled runbooks as the player plays them, by path and scenario."""

    def clean(self, paths: Sequence[str]) -> Iterator[PlayedRunbook]:
        """Yield what a literal reader can execute, whoever plays afterwards.

        Only there a report must be about what was planted.
        """
        reader = scripted_player("literal", self.auditor.template)
        literal = replace(self.auditor, player=reader, plays=None)
        for played in self._played(tuple(paths), literal):
            if judged(played).verdict == "executable":
                yield played

    def _played(
        self, paths: tuple[str, ...], auditor: Auditor, scenario: str = ""
    ) -> Iterator[PlayedRunbook]:
        request = AuditRequest(paths, scenario, force=True, below=str(self.copy))
        today = self.wanted.at.date()
        yield from played_runbooks(request, auditor, self.loaded, today)

    def cells(
        self, clean: Sequence[PlayedRunbook], tell: Tell
    ) -> tuple[list[Cell], int]:
        """Return what came of every change, and how many fitted nowhere."""
        by_path = {each.runbook.path: each for each in clean}
        runbooks = [each.runbook for each in clean]
        tried = list(plant(runbooks, operators(), self.wanted.seed))
        planted = [each for each in tried if each is not None]
        chosen = _spread(planted, self.wanted.most)
        cells: list[Cell] = []
        for number, each in enumerate(chosen, 1):
            scenario = _scenario(each, by_path[each.runbook.path])
            cells.append(self._cell(each, scenario))
            if not number % 25:
                tell(f"{number} of {len(chosen)}")
        return cells, len(tried) - len(planted)

    def _cell(self, planted: Planted, scenario: str) -> Cell:
        path = Path(planted.runbook.path)
        parent = self._parent(str(path), scenario)
        before = path.read_bytes()
        path.write_text(planted.edited.text, encoding="utf-8")
        try:
            found = next(self._played((str(path),), self.auditor, scenario))
        finally:
            path.write_bytes(before)
        cell = scored(
            planted.operator,
            planted.edited,
            parent=Looked(parent.base.gaps, judged(parent)),
            mutant=Looked(found.base.gaps, judged(found)),
            held_out=planted.held_out,
        )
        return replace(cell, path=path.relative_to(self.copy).as_posix())

    def _parent(self, path: str, scenario: str) -> PlayedRunbook:
        key = path, scenario
        if key not in self.parents:
            self.parents[key] = next(self._played((path,), self.auditor, scenario))
        return self.parents[key]

    def closed_book(self, clean: Sequence[PlayedRunbook]) -> ClosedBook:
        """Play one scenario of each runbook without its commands.

        The simulator knows them still: whoever runs them has them from elsewhere.
        """
        executed = 0
        for each in clean:
            case = each.played[0].case
            situation = situation_of(case.scenario)
            view = view_of(_blanked(each.runbook), situation, self.auditor.marks)
            key = replace(each.played[0].transcripts[0].key, runbook="closed book")
            transcript = play(Play(case, view, key), self.auditor.player)
            executed += judge_play(case, transcript).verdict == "executable"
        return ClosedBook(len(clean), executed)


def _blanked(runbook: Runbook) -> list[str]:
    """Return the lines without what is inside of fences."""
    lines = list(runbook.document.lines)
    for step in runbook.steps:
        if step.action is not None:
            span = step.action.code.span
            for number in range(span.line, span.end_line + 1):
                lines[number - 1] = "[left out]"
    return lines


def _spread(planted: Sequence[Planted], most: int) -> list[Planted]:
    """Return so many cells, as many of each operator as of the others."""
    if not most or most >= len(planted):
        return list(planted)
    seen: dict[str, int] = {}
    ranked: list[tuple[int, int]] = []
    for number, each in enumerate(planted):
        rank = seen.get(each.operator.name, 0)
        seen[each.operator.name] = rank + 1
        ranked.append((rank, number))
    return [planted[number] for _, number in sorted(ranked)[:most]]


def _scenario(planted: Planted, parent: PlayedRunbook) -> str:
    """Return the name of a scenario that comes by the place; any when none does."""
    line = min(planted.edited.lines)
    named = [each.case for each in parent.played]
    for case in named:
        step = case.step_at(min(line, len(case.lines)))
        if step is not None and step.id in case.scenario.expect.path:
            return case.scenario.name
    return named[0].scenario.name if named else ""


def _record(
    wanted: Calibration,
    auditor: Auditor,
    suite: str,
    cells: Sequence[Cell],
    unfit: int,
    book: ClosedBook,
) -> CalibrationRecord:
    held = [each for each in cells if each.held_out]
    kinds = sorted({each.kinds[0] for each in cells if each.kinds})
    by_kind: dict[str, Share] = {
        kind: recall([each for each in cells if each.kinds[:1] == (kind,)], "both")
        for kind in kinds
    }
    client = metadata.version(wanted.client) if wanted.client else ""
    return CalibrationRecord(
        auditor.player.name,
        f"{wanted.client} {client}".strip(),
        prompt_digest(tool_definitions()),
        suite,
        wanted.at,
        wanted.seed,
        tuple(cells),
        {reader: recall(cells, reader) for reader in READERS},
        {reader: recall(held, reader) for reader in READERS},
        by_kind,
        precision(cells),
        false_alarms(cells),
        trusted(cells) if cells else share(0, 0),
        book,
        unfit,
    )

"""The desk check of a handbook: one request a runbook, in one batch."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from runbookkit.app.audit import AuditRequest
from runbookkit.app.audit_cases import to_audit
from runbookkit.app.audit_house import House
from runbookkit.app.audit_model import ModelRequest, bounds_of, hiding, options_of
from runbookkit.audit.desk import desk_answer, desk_body, desk_key
from runbookkit.audit.players.messages.batch import Answer, MessageBatches
from runbookkit.audit.players.messages.client import check
from runbookkit.audit.players.messages.reply import usage_of
from runbookkit.audit.view import Marks
from runbookkit.errors import PlayerError
from runbookkit.lint.report import counted, printable
from runbookkit.model.desk_check import DeskReport, DeskRunbook
from runbookkit.model.options import AuditOptions
from runbookkit.workspace.memo import cache_folder

_WAIT: Final = timedelta(hours=24)
_SHOWN: Final = 300
"""Letters of what a model says."""
_ADAPTER: Final = TypeAdapter(DeskRunbook)


@dataclass
class DeskCheck:
    """One desk check: what is asked, what was asked before, what came back."""

    asked: ModelRequest
    house: House
    marks: Marks
    tell: Callable[[str], None]
    """Tells a person what goes on."""
    batch: str = ""
    """One that was handed in before, in place of a new one."""
    usd: float | None = 0.0
    options: AuditOptions = field(init=False)
    _folder: Path = field(init=False)

    def __post_init__(self) -> None:
        self.options = options_of(self.asked, self.house)
        self._folder = Path(cache_folder(self.house.variables)) / "audit-desk"

    def report(self, request: AuditRequest) -> DeskReport:
        """Return what a model says about the runbooks; unchanged ones cost nothing.

        Raises:
            UsageError: There is no model, no credential, or no batch.
            SecretError: A secret stands in a text, and secrets are not to be replaced.
            PlayerError: The batch was not taken, or is not done.
        """
        texts = dict(self._texts(request))
        known = {path: self._kept(path, lines) for path, lines in texts.items()}
        open_ = {path: texts[path] for path, found in known.items() if found is None}
        fresh = self._asked(open_) if open_ else {}
        runbooks = tuple(known[path] or fresh[path] for path in texts)
        note = (
            f"{counted(len(open_), 'runbook')} read now, {len(texts) - len(open_)} kept"
        )
        return DeskReport(self.options.model, runbooks, self.usd, (note,))

    def _texts(self, request: AuditRequest) -> Iterator[tuple[str, Sequence[str]]]:
        hide = hiding(self.asked, self.options)
        exclude = self.house.loaded.configuration.lint.exclude
        for each in to_audit(request.paths, exclude, self.house.template, hide):
            if request.wants(each):
                yield each.path, each.runbook.document.lines

    def _asked(self, texts: Mapping[str, Sequence[str]]) -> dict[str, DeskRunbook]:
        if self.asked.offline:
            why = "was never read, and --offline asks nobody"
            return {path: DeskRunbook(path, error=why) for path in texts}
        check(self.options, self.house.variables)
        with bounds_of(self.options, self.house) as bounds:
            batches = MessageBatches(self.options, bounds, self.house.variables)
            try:
                answers = dict(self._answers(batches, texts))
                self.usd = _cost(batches, answers.values())
            finally:
                batches.close()
        return {path: self._read(path, texts[path], answers) for path in texts}

    def _answers(
        self, batches: MessageBatches, texts: Mapping[str, Sequence[str]]
    ) -> Iterator[tuple[str, Answer]]:
        batch = self.batch
        if not batch:
            bodies = {
                desk_key(lines, self.options): desk_body(
                    lines, self.marks, self.options
                )
                for lines in texts.values()
            }
            batch = batches.send(bodies)
            self.tell(f"batch {batch}: --batch {batch} asks for it again if this ends")
        yield from batches.answers(batch, _WAIT)

    def _read(
        self, path: str, lines: Sequence[str], answers: Mapping[str, Answer]
    ) -> DeskRunbook:
        answer = answers.get(desk_key(lines, self.options))
        if answer is None:
            return DeskRunbook(path, error="the batch holds no answer about this text")
        if isinstance(answer, PlayerError):
            return DeskRunbook(path, error=str(answer))
        try:
            found = desk_answer(path, lines, answer)
        except PlayerError as error:
            return DeskRunbook(path, error=str(error))
        self._keep(found, lines)
        return found

    def _file(self, lines: Sequence[str]) -> Path:
        return self._folder / f"{desk_key(lines, self.options)}.json"

    def _kept(self, path: str, lines: Sequence[str]) -> DeskRunbook | None:
        try:
            found = _ADAPTER.validate_json(self._file(lines).read_bytes())
        except (OSError, ValidationError):
            return None
        return replace(found, path=path)

    def _keep(self, found: DeskRunbook, lines: Sequence[str]) -> None:
        with suppress(OSError):  # a full disk is no error
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file(lines).write_text(json.dumps(asdict(found)))


def _cost(batches: MessageBatches, answers: Iterable[Answer]) -> float | None:
    total = 0.0
    for each in answers:
        if isinstance(each, PlayerError):
            continue
        with suppress(PlayerError):
            usd = batches.cost(usage_of(each.get("usage")))
            if usd is None:
                return None
            total += usd
    return total


def desk_lines(report: DeskReport) -> Iterator[str]:
    """Yield what the desk check says for people."""
    for runbook in report.runbooks:
        for each in runbook.findings:
            said = printable(each.missing[:_SHOWN])
            yield f"{printable(runbook.path)}:{each.line}: {each.question}: {said}"
            yield f"    {printable(each.quote[:_SHOWN])}"
        if runbook.error:
            yield f"{runbook.path}: could not be read: {printable(runbook.error)}"
        if runbook.void:
            yield f"{runbook.path}: {counted(runbook.void, 'finding')} quoted falsely"
    price = "price unknown" if report.usd is None else f"${report.usd:.4f}"
    found = sum(len(each.findings) for each in report.runbooks)
    yield from report.notes
    yield f"{counted(found, 'remark')} by {report.model}, advice only; {price}"

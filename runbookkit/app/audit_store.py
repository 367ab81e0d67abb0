"""Keep what was played in a folder, and judge it again without any player."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from runbookkit.app.audit_cases import rebuilt
from runbookkit.app.reading import read_text
from runbookkit.audit.played import (
    Heading,
    PlayedRunbook,
    PlayedScenario,
    judged,
    report_of,
    scenario_digest,
    text_digest,
)
from runbookkit.audit.transcripts import read, written
from runbookkit.errors import CouldNotCheckError, UsageError
from runbookkit.markdown.runbook import parse_runbook
from runbookkit.markdown.template import parse_template
from runbookkit.model.audit import AuditReport, RunbookAudit, ScenarioVerdict
from runbookkit.model.scenario import Scenario
from runbookkit.queries.registry import fence_names

FORMAT: Final = "audit-run/v1"
_INDEX: Final = "audit.json"
_TEMPLATE: Final = "template.md"


@dataclass
class RunFolder:
    """A folder that takes what was played, runbook by runbook."""

    folder: Path
    template: bytes
    """The text of the template that the runbooks are held to."""
    entries: list[dict[str, Any]] = field(default_factory=list)

    def begin(self) -> None:
        """Make the folder; others on the machine cannot read it.

        Raises:
            UsageError: It is there already, or cannot be made.
        """
        try:
            self.folder.mkdir(parents=True, mode=0o700)
        except FileExistsError:
            raise UsageError(
                f"{self.folder}: is there already; a run is kept in a folder of its own"
            ) from None
        except OSError as error:
            raise UsageError(f"{self.folder}: {error.strerror}") from error
        self._write(_TEMPLATE, self.template.decode("utf-8", "replace"))

    def keep(self, played: PlayedRunbook) -> None:
        """Write the text, the scenarios and the transcripts of one runbook."""
        name = f"{len(self.entries) + 1:03}-{_slug(Path(played.base.path).stem)}"
        scenarios = []
        for number, each in enumerate(played.played, 1):
            place = f"{name}/{number:03}-{_slug(each.case.scenario.name)}"
            kept = {
                "scenario": asdict(each.case.scenario),
                "linked": dict(each.case.linked),
                "derived": each.case.derived,
            }
            self._write(f"{place}/scenario.json", _json(kept))
            for play in each.transcripts:
                file = f"{place}/{play.key.repetition:03}.jsonl"
                self._write(file, written(play))
            scenarios.append({"place": place, "plays": len(each.transcripts)})
        text = "\n".join(played.runbook.document.lines)
        self._write(f"{name}/runbook.md", text)
        self.entries.append(
            {
                "name": name,
                "base": asdict(played.base),
                "scenarios": scenarios,
                "unread": [asdict(each) for each in played.unread],
            }
        )

    def finish(self, heading: Heading) -> None:
        """Write what holds for the whole run."""
        index = {
            "format": FORMAT,
            "heading": asdict(heading),
            "runbooks": self.entries,
        }
        self._write(_INDEX, _json(index))

    def _write(self, name: str, text: str) -> None:
        file = self.folder / name
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise UsageError(f"{file}: cannot be written: {error.strerror}") from error


def judged_again(folder: Path) -> AuditReport:
    """Return the report on a run that was kept; the same bytes as the first time.

    Raises:
        UsageError: There is no such run.
        CouldNotCheckError: It is not whole, or was changed.
    """
    index = _index(folder)
    heading = Heading(**{**index["heading"], "notes": tuple(index["heading"]["notes"])})
    return report_of(heading, [judged(each) for each in _runbooks(folder, index)])


def _index(folder: Path) -> dict[str, Any]:
    file = folder / _INDEX
    if not file.is_file():
        raise UsageError(f"{folder}: holds no run of an audit; {_INDEX} is missing")
    index = _loaded(file)
    if index.get("format") != FORMAT:
        raise CouldNotCheckError(f"{file}: is no run of {FORMAT}")
    return index


def _runbooks(folder: Path, index: dict[str, Any]) -> Iterator[PlayedRunbook]:
    template = parse_template(read_text(folder / _TEMPLATE), _TEMPLATE)
    for entry in index["runbooks"]:
        try:
            base = TypeAdapter(RunbookAudit).validate_python(entry["base"])
            unread = TypeAdapter(tuple[ScenarioVerdict, ...]).validate_python(
                entry["unread"]
            )
            text = read_text(folder / entry["name"] / "runbook.md")
            runbook = parse_runbook(text, base.path, template, fence_names())
            bare = PlayedRunbook(base, runbook)
            played = tuple(
                _played(folder / each["place"], each["plays"], bare)
                for each in entry["scenarios"]
            )
        except (KeyError, TypeError, ValidationError) as error:
            message = f"{folder}: is not whole: {error}"
            raise CouldNotCheckError(message) from error
        yield PlayedRunbook(base, runbook, played, unread)


def _played(place: Path, plays: int, of: PlayedRunbook) -> PlayedScenario:
    kept = _loaded(place / "scenario.json")
    scenario = TypeAdapter(Scenario).validate_python(kept["scenario"])
    case = rebuilt(
        of.runbook, scenario, of.base.gaps, kept["linked"], derived=kept["derived"]
    )
    transcripts = []
    for number in range(plays):
        file = place / f"{number:03}.jsonl"
        transcript = read(read_text(file), str(file))
        same = (
            transcript.key.runbook == text_digest(case)
            and transcript.key.scenario == scenario_digest(case)
            and transcript.key.repetition == number
        )
        if not same:
            raise CouldNotCheckError(
                f"{file}: was played with another text or another scenario"
            )
        transcripts.append(transcript)
    return PlayedScenario(case, tuple(transcripts))


def _loaded(file: Path) -> dict[str, Any]:
    try:
        loaded = json.loads(read_text(file))
    except ValueError as error:
        raise CouldNotCheckError(f"{file}: is no JSON: {error}") from error
    if not isinstance(loaded, dict):
        raise CouldNotCheckError(f"{file}: is not what was kept")
    return loaded


def _json(value: Any) -> str:
    # the order of keys is kept: what a command printed as JSON depends on it
    text = json.dumps(value, indent=1, ensure_ascii=True, default=_plain)
    return f"{text}\n"


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else list(value)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold())[:50].strip("-") or "x"

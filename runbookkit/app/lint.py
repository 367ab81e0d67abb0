"""Lint the files of a workspace: read, look up, lint, hold against each other."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from runbookkit.app.outside import OutsideFiles
from runbookkit.app.reading import paths_of
from runbookkit.errors import UsageError
from runbookkit.lint.context import Context, Handbook, Online
from runbookkit.lint.engine import (
    FileResult,
    Settled,
    lint_handbook,
    lint_markdown,
    lint_rules,
    settle,
)
from runbookkit.lint.facts_json import decode, encode
from runbookkit.lint.ruleset import RuleSet
from runbookkit.markdown.rulefile import looks_like_rules
from runbookkit.model.facts import Facts
from runbookkit.model.finding import Finding, Unchecked
from runbookkit.model.template import Template
from runbookkit.workspace.memo import Ledger, content_hash, tool_state

if TYPE_CHECKING:
    from runbookkit.workspace.cache import ResultCache

_MARKDOWN = (".md", ".markdown")


@dataclass(frozen=True, slots=True)
class LintJob:
    """What to lint, and with what."""

    roots: tuple[str, ...]
    exclude: tuple[str, ...]
    rules: RuleSet
    context: Context
    postmortem_template: Template
    fingerprint: bytes
    """Hash of templates and options; part of every cache key."""
    known: tuple[str, ...] = ()
    """Folders whose files are known but not linted."""
    online: Online | None = None
    cache: ResultCache | None = None


@dataclass(slots=True)
class LintOutcome:
    """What the files of a workspace yield."""

    results: dict[str, Settled] = field(default_factory=dict)
    """By path, in order."""
    texts: Callable[[str], tuple[str, ...]] = lambda _: ()
    """Lines of a file that was linted."""
    runbooks: tuple[str, ...] = ()
    """Paths of what is held to the runbook format."""
    pages: frozenset[str] = frozenset()
    """Paths of markdown that is neither runbook nor postmortem."""

    @property
    def findings(self) -> Iterator[Finding]:
        """All findings, file by file."""
        return (each for result in self.results.values() for each in result.findings)

    @property
    def unchecked(self) -> Iterator[Unchecked]:
        """All checks that could not run, file by file."""
        return (each for result in self.results.values() for each in result.unchecked)


def lint_workspace(job: LintJob, ledger: Ledger) -> LintOutcome:
    """Lint all files of a job.

    Raises:
        UsageError: A path is not there, or cannot be read.
    """
    # Parsing makes hundreds of objects a file and next to no garbage.
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)
    base = _base_key(job)
    results: dict[str, FileResult] = {}
    for path in paths_of(job.roots, job.exclude):
        content = _read(path)
        mark = content_hash(content)
        ledger.walked(path, mark)
        result = _lint_file(job, path, content, base + mark)
        if result is not None:
            results[path] = result
    known = _known_facts(job, ledger, results, base)
    if job.cache is not None:
        job.cache.save()
    others, unchecked = _hold_together(job, ledger, results, known)
    held = (path for path, each in results.items() if each.facts.kind == "runbook")
    pages = (path for path, each in results.items() if each.facts.kind == "page")
    outcome = LintOutcome(texts=_lines, runbooks=tuple(held), pages=frozenset(pages))
    for path, result in results.items():
        outcome.results[path] = settle(
            result,
            tuple(others.get(path, ())),
            tuple(unchecked.get(path, ())),
            job.rules,
            job.context,
        )
    return outcome


def _read(path: str) -> bytes:
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123  half the cost
            return file.read()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error


def _lines(path: str) -> tuple[str, ...]:
    from runbookkit.markdown.lines import split_lines  # noqa: PLC0415  only for excerpts

    return split_lines(_read(path).decode("utf-8", "replace"))


def _base_key(job: LintJob) -> bytes:
    parts = (
        repr(tool_state()),
        job.context.today.isoformat(),
        "bpftrace" if job.context.bpftrace else "",
    )
    return blake2b("\n".join(parts).encode() + job.fingerprint, digest_size=20).digest()


def _lint_file(
    job: LintJob, path: str, content: bytes, key: bytes
) -> FileResult | None:
    kept = job.cache.get(path, key) if job.cache is not None else None
    if kept is not None:
        try:
            return decode(kept)
        except ValueError:
            pass
    text = content.decode("utf-8", "replace")
    if path.endswith(_MARKDOWN) or not path.endswith((".yaml", ".yml")):
        if _is_template(text):
            return None
        result = lint_markdown(
            text, path, job.rules, job.context, job.postmortem_template
        )
    elif looks_like_rules(text):
        result = lint_rules(text, path, job.rules, job.context)
    else:
        return None
    if job.cache is not None:
        job.cache.put(path, key, encode(result))
    return result


def _is_template(text: str) -> bool:
    head = text[:400].removeprefix("\ufeff")
    return head.startswith("---") and "\ntemplate: " in head.split("\n---", 1)[0]


def _known_facts(
    job: LintJob, ledger: Ledger, linted: Mapping[str, FileResult], base: bytes
) -> dict[str, Facts]:
    facts: dict[str, Facts] = {}
    there = tuple(folder for folder in job.known if Path(folder).exists())
    for folder in job.known:
        ledger.looked(folder, there=folder in there)
    for path in paths_of(there, job.exclude) if there else ():
        if path in linted:
            continue
        content = _read(path)
        mark = content_hash(content)
        ledger.read(path, mark)
        result = _lint_file(job, path, content, base + mark)
        if result is not None:
            facts[path] = result.facts
    return facts


def _hold_together(
    job: LintJob,
    ledger: Ledger,
    results: Mapping[str, FileResult],
    known: dict[str, Facts],
) -> tuple[dict[str, list[Finding]], dict[str, list[Unchecked]]]:
    handbook = Handbook(
        {path: result.facts for path, result in results.items()},
        known,
        OutsideFiles(ledger),
        job.online,
    )
    findings: dict[str, list[Finding]] = {}
    unchecked: dict[str, list[Unchecked]] = {}
    found, open_questions = lint_handbook(handbook, job.rules, job.context)
    for finding in found:
        findings.setdefault(finding.path, []).append(finding)
    for question in open_questions:
        unchecked.setdefault(question.path, []).append(question)
    return findings, unchecked

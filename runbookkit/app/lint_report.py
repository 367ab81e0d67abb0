"""From what was found to what is reported: changed files, baseline, exit code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from runbookkit import __version__
from runbookkit.app.lint import LintJob, LintOutcome
from runbookkit.app.reading import read_text
from runbookkit.errors import UsageError
from runbookkit.lint.fingerprint import Sources
from runbookkit.lint.report import Report, counted, in_order
from runbookkit.markdown.document import parse_document
from runbookkit.markdown.lines import split_lines
from runbookkit.markdown.runbook import FORMAT, runbook_of
from runbookkit.model.finding import Finding
from runbookkit.model.graph import step_graph
from runbookkit.queries.registry import fence_names
from runbookkit.workspace.memo import Ledger, content_hash

_GRAPHS = 20
"""More graphs than this make a summary that nobody reads."""


@dataclass(frozen=True, slots=True)
class Baselines:
    """What to do with the file of known findings."""

    file: str = ""
    write: bool = False
    shrink: bool = False

    @property
    def writes(self) -> bool:
        """Whether the file is written."""
        return self.write or self.shrink

    def check(self) -> None:
        """Refuse what makes no sense.

        Raises:
            UsageError: A baseline is to be written, but not where.
        """
        if self.writes and not self.file:
            raise UsageError("say which file: --baseline FILE --write-baseline")


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """What to report of an outcome."""

    roots: tuple[str, ...]
    only: frozenset[str] | None = None
    """Files to report; none means all."""
    baselines: Baselines = field(default_factory=Baselines)


def make_report(
    request: ReportRequest, outcome: LintOutcome, job: LintJob, ledger: Ledger
) -> Report:
    """Return the report, and write the baseline if that is asked for.

    Raises:
        UsageError: The baseline cannot be read or written.
    """
    kept = {
        path: result
        for path, result in outcome.results.items()
        if request.only is None or path in request.only
    }
    findings = [each for result in kept.values() for each in result.findings]
    unchecked = tuple(each for result in kept.values() for each in result.unchecked)
    sources = lru_cache(maxsize=64)(lambda path: split_lines(read_text(Path(path))))
    found, gone = len(findings), 0
    if request.baselines.file:
        findings, gone = _baseline(
            request, findings, frozenset(kept), job, sources, ledger
        )
    return Report(
        files=len(kept),
        findings=in_order(findings),
        unchecked=unchecked,
        allowed=sum(result.allowed for result in kept.values()),
        baselined=found - len(findings),
        sources=sources,
        rules=job.rules,
        paths=request.roots,
        graphs=_graphs(request.only, kept, job),
        version=__version__,
        notes=(
            *_stale(request.baselines.file, gone),
            *_only_pages(frozenset(kept), outcome.pages),
        ),
    )


def _baseline(
    request: ReportRequest,
    findings: list[Finding],
    read: frozenset[str],
    job: LintJob,
    sources: Sources,
    ledger: Ledger,
) -> tuple[list[Finding], int]:
    """Return what a baseline does not hold, and how much it holds needlessly."""
    from runbookkit.lint import baseline as known  # noqa: PLC0415  few runs have one

    wanted = request.baselines
    if wanted.write:
        _write(wanted.file, known.write_baseline(known.baseline_of(findings, sources)))
        return [], 0
    text = read_text(Path(wanted.file))
    ledger.read(wanted.file, content_hash(text.encode()))
    held = known.read_baseline(text, wanted.file)
    after = known.apply_baseline(
        findings,
        held,
        sources,
        # what was not read cannot be stale
        paths=read,
        codes={rule.code for rule in job.rules},
    )
    if wanted.shrink:
        _write(wanted.file, known.write_baseline(known.shrink(held, after.stale)))
        return list(after.findings), 0
    return list(after.findings), sum(after.stale.counts.values())


def _stale(file: str, gone: int) -> Iterator[str]:
    if gone:
        yield (
            f"{file}: holds {counted(gone, 'known finding')} that no file has any more;"
            " shorten it with --shrink-baseline"
        )


def _only_pages(read: frozenset[str], pages: frozenset[str]) -> Iterator[str]:
    # "no findings" about a page is no word about a runbook
    if read and read <= pages:
        yield (
            f"none of {counted(len(read), 'file')} is read as a runbook, so its steps"
            " are not checked; begin it with `format: runbook/v1` in its front matter,"
            " or give it two sections of the template"
        )
    elif shown := len(read & pages):
        are = "is read as a page" if shown == 1 else "are read as pages"
        yield (
            f"{shown} of {counted(len(read), 'file')} {are}, without steps; a runbook has"
            " `format: runbook/v1` in its front matter, or two sections of the template"
        )


def _write(file: str, text: str) -> None:
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file}: cannot be written: {error.strerror}") from error


def _graphs(
    only: frozenset[str] | None, findings_by: Iterable[str], job: LintJob
) -> dict[str, str]:
    """Return the graphs of the runbooks that a pull request changed."""
    graphs: dict[str, str] = {}
    if only is None:
        return graphs
    from runbookkit.app.graphs import mermaid  # noqa: PLC0415  for pull requests alone

    for path in findings_by:
        if len(graphs) == _GRAPHS or not path.endswith((".md", ".markdown")):
            continue
        document = parse_document(read_text(Path(path)), path)
        if document.format == FORMAT:
            runbook = runbook_of(document, job.context.template, fence_names())
            graphs[path] = mermaid(step_graph(runbook))
    return graphs

"""Know a finding again after lines were added or removed above it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b

from runbookkit.model.finding import Finding

Sources = Callable[[str], tuple[str, ...]]


def line_hash(lines: tuple[str, ...], number: int) -> str:
    """Return what stands for a source line; indentation does not count.

    >>> line_hash(("  a",), 1) == line_hash(("", "a"), 2)
    True
    """
    text = lines[number - 1] if 1 <= number <= len(lines) else ""
    return blake2b(text.strip().encode("utf-8", "replace"), digest_size=8).hexdigest()


def with_hashes(
    findings: Iterable[Finding], sources: Sources
) -> Iterator[tuple[Finding, str]]:
    """Yield each finding with the hash of its first line; reads a file once in a row."""
    path = None
    lines: tuple[str, ...] = ()
    for finding in findings:
        if finding.path != path:
            path, lines = finding.path, sources(finding.path)
        yield finding, line_hash(lines, finding.span.line)


def fingerprints(
    findings: Iterable[Finding], sources: Sources
) -> Iterator[tuple[Finding, str]]:
    """Yield each finding with a mark that no other has and that survives line shifts."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for finding, line in with_hashes(findings, sources):
        key = (finding.path, finding.code, line)
        seen[key] += 1
        text = "\0".join((*key, str(seen[key])))
        mark = blake2b(text.encode("utf-8", "replace"), digest_size=16)
        yield finding, mark.hexdigest()

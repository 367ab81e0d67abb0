"""The baseline: findings that were there when the linter came, and may stay for now.

An entry names a file, a rule and the hash of the line that the finding is on,
so that it survives lines added above. One entry stands on a line of the file,
so that two branches merge.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from runbookkit.errors import ConfigError
from runbookkit.lint.fingerprint import Sources, with_hashes
from runbookkit.model.finding import Finding

VERSION: Final = 1
_KEYS: Final = {"path": str, "code": str, "line": str, "count": int}
_FLAT_OBJECT = re.compile(r'\{(?:[^{}"]|"(?:\\.|[^"\\])*")*\}')


class BaselineKey(NamedTuple):
    """What makes two findings the same to a baseline."""

    path: str
    code: str
    line: str
    """Hash of the source line."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """How many findings of each key may stay."""

    counts: Mapping[BaselineKey, int]


@dataclass(frozen=True, slots=True)
class Baselined:
    """Findings after a baseline."""

    findings: tuple[Finding, ...]
    """Those that the baseline does not hold."""
    baselined: int
    """How many it holds."""
    stale: Baseline
    """What it holds although it no longer occurs."""


def baseline_of(findings: Iterable[Finding], sources: Sources) -> Baseline:
    """Return a baseline that holds exactly these findings."""
    return Baseline(
        Counter(
            BaselineKey(finding.path, finding.code, line)
            for finding, line in with_hashes(findings, sources)
        )
    )


def apply_baseline(
    findings: Iterable[Finding],
    baseline: Baseline,
    sources: Sources,
    *,
    paths: Collection[str] | None = None,
    codes: Collection[str] | None = None,
) -> Baselined:
    """Take out the findings that a baseline holds.

    ``paths`` are the files and ``codes`` the rules of this run, where it was
    not a run over everything: only what they cover can be stale.
    """
    left = Counter(baseline.counts)
    new: list[Finding] = []
    held = 0
    for finding, line in with_hashes(findings, sources):
        key = BaselineKey(finding.path, finding.code, line)
        if left[key] > 0:
            left[key] -= 1
            held += 1
        else:
            new.append(finding)
    stale = {
        key: count
        for key, count in left.items()
        if count > 0
        and (paths is None or key.path in paths)
        and (codes is None or key.code in codes)
    }
    return Baselined(tuple(new), held, Baseline(stale))


def shrink(baseline: Baseline, stale: Baseline) -> Baseline:
    """Return a baseline without what no longer occurs."""
    return Baseline(Counter(baseline.counts) - Counter(stale.counts))


def write_baseline(baseline: Baseline) -> str:
    """Return the text of a baseline file, one entry on a line, sorted."""
    entries = ",".join(
        "\n" + json.dumps({**key._asdict(), "count": count})
        for key, count in sorted(baseline.counts.items())
        if count > 0
    )
    end = "\n]" if entries else "]"
    return f'{{"version": {VERSION}, "findings": [{entries}{end}}}\n'


def read_baseline(text: str, path: str) -> Baseline:
    """Return the baseline that a file holds; ``path`` is for messages.

    Raises:
        ConfigError: It is not what :func:`write_baseline` writes.
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise _malformed(path, error.lineno, f"not JSON: {error.msg}") from error
    except RecursionError:
        raise _malformed(path, 1, "nested too deeply") from None
    version = data.get("version") if isinstance(data, dict) else None
    if version != VERSION:
        raise _malformed(path, 1, f"version {version!r} is not {VERSION}")
    entries = data.get("findings")
    if not isinstance(entries, list):
        raise _malformed(path, 1, '"findings" is no list')
    counts: Counter[BaselineKey] = Counter()
    for number, entry in enumerate(entries):
        problem = _problem(entry)
        if problem:
            raise _malformed(path, _line_of(text, number), problem)
        key = BaselineKey(entry["path"], entry["code"], entry["line"])
        counts[key] += entry["count"]
    return Baseline(counts)


def _problem(entry: Any) -> str:
    if not isinstance(entry, dict):
        return f"an entry is an object, not {entry!r:.40}"
    if set(entry) != set(_KEYS):
        return f"an entry has the keys {', '.join(_KEYS)}"
    for key, kind in _KEYS.items():
        if type(entry[key]) is not kind:
            return f"{key!r} is no {'number' if kind is int else 'text'}"
    return "" if entry["count"] > 0 else "'count' is not positive"


def _line_of(text: str, number: int) -> int:
    """Return the line of an entry, as far as the entries before it are objects."""
    for at, match in enumerate(_FLAT_OBJECT.finditer(text)):
        if at == number:
            return text.count("\n", 0, match.start()) + 1
    return 1


def _malformed(path: str, line: int, problem: str) -> ConfigError:
    return ConfigError(
        f"{path}:{line}: {problem}; write the baseline anew with"
        f" `runbook lint --baseline {path} --write-baseline`"
    )

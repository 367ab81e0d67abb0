"""What a lint run has to say, before any output gives it a form."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from runbookkit.lint.rule import Rule
from runbookkit.model.finding import LEVELS, Finding, Level, Unchecked

PROJECT: Final = "https://github.com/runbookkit/runbookkit"
RULE_PAGE: Final = f"{PROJECT}/blob/main/docs/rules/{{code}}.md"

Colour = Literal["bold", "red", "yellow", "cyan", "green", "blue", "dim"]
_ANSI: Final[Mapping[Colour, str]] = {
    "bold": "1",
    "dim": "2",
    "red": "1;31",
    "green": "1;32",
    "yellow": "1;33",
    "blue": "1;34",
    "cyan": "1;36",
}
# what a terminal obeys, or what hides or reorders the text around it
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)


def _nothing(path: str) -> tuple[str, ...]:  # noqa: ARG001  the shape of a source
    return ()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one run found.

    Findings are sorted by path, place and code.
    """

    files: int
    """How many files were read."""
    findings: tuple[Finding, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()
    allowed: int = 0
    """Findings that an allow comment covers."""
    baselined: int = 0
    """Findings that the baseline holds."""
    sources: Callable[[str], tuple[str, ...]] = _nothing
    """The lines of a file, for excerpts; nothing when they are not to be had."""
    rules: Iterable[Rule] = ()
    """The rules that ran."""
    paths: tuple[str, ...] = ()
    """What the run was asked to lint, so that a suggested command asks the same."""
    graphs: Mapping[str, str] = field(default_factory=dict)
    """The step graph of each changed runbook, as Mermaid text by path."""
    version: str = ""
    """The version of the tool."""
    notes: tuple[str, ...] = ()
    """What the person is told besides, and no program reads."""


@dataclass(frozen=True, slots=True)
class Style:
    """How an output may look."""

    color: bool = False
    width: int = 100
    everything: bool = False
    """Whether every finding is shown in detail, however many there are."""
    base: str = ""
    """Folder that paths are relative to, seen from the root of the repository."""

    def paint(self, text: str, colour: Colour) -> str:
        """Return the text in a colour, if there are colours."""
        return f"\x1b[{_ANSI[colour]}m{text}\x1b[0m" if self.color else text

    def located(self, path: str) -> str:
        """Return a path as seen from the root of the repository.

        >>> Style(base="docs/ops").located("../alerts.yaml")
        'docs/alerts.yaml'
        """
        path = path.replace("\\", "/")
        return posixpath.normpath(posixpath.join(self.base, path))


@dataclass(frozen=True, slots=True)
class Summary:
    """A run in numbers."""

    files: int
    errors: int
    warnings: int
    infos: int
    unchecked: int
    allowed: int
    baselined: int
    fixable: int
    """Findings that ``--fix`` mends."""


@dataclass(frozen=True, slots=True)
class NextFix:
    """A rule whose findings are worth mending next."""

    code: str
    name: str
    level: Level
    summary: str
    findings: int
    files: int
    fixable: int
    command: str
    """What to run: it mends the findings, or shows them all."""

    @property
    def reach(self) -> str:
        """How much the fix mends, in words."""
        mended = f"{counted(self.findings, 'finding')} in {counted(self.files, 'file')}"
        if not self.fixable:
            return mended
        share = "all" if self.fixable == self.findings else str(self.fixable)
        return f"{mended}, {share} fixable"


def rule_url(code: str) -> str:
    """Return the address of a rule's page."""
    return RULE_PAGE.format(code=code)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "file"), counted(2, "file")
    ('1 file', '2 files')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def printable(text: str) -> str:
    """Return a text on one line that no terminal obeys, one sign for each."""
    return text if text.isprintable() else _UNPRINTABLE.sub(_sign, text)


def _sign(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(0x2400 + code) if code < 0x20 else "\ufffd"


def is_fixable(finding: Finding) -> bool:
    """Tell whether ``--fix`` mends a finding."""
    return finding.fix is not None and finding.fix.safe


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings sorted by path, place and code."""
    return tuple(sorted(findings, key=lambda each: (each.path, each.span, each.code)))


def summarise(report: Report) -> Summary:
    """Count what a run found."""
    levels = Counter(finding.level for finding in report.findings)
    return Summary(
        report.files,
        levels["error"],
        levels["warning"],
        levels["info"],
        len(report.unchecked),
        report.allowed,
        report.baselined,
        sum(map(is_fixable, report.findings)),
    )


def next_fixes(report: Report, limit: int = 3) -> tuple[NextFix, ...]:
    """Return the rules to mend next: errors first, then by how much it mends."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_rule.setdefault(finding.code, []).append(finding)
    fixes = [_next_fix(found, report.paths) for found in by_rule.values()]
    fixes.sort(
        key=lambda fix: (
            LEVELS.index(fix.level),
            -fix.findings,
            -fix.fixable,
            fix.code,
        )
    )
    return tuple(
        replace(each, summary=_summary(each.code, report.rules))
        for each in fixes[:limit]
    )


def _summary(code: str, rules: Iterable[Rule]) -> str:
    # stops at the rule: those behind it may wait to be loaded
    return next((rule.summary for rule in rules if rule.code == code), "")


def _next_fix(found: list[Finding], paths: tuple[str, ...]) -> NextFix:
    first = found[0]
    fixable = sum(map(is_fixable, found))
    words = ["runbook", "lint", "--select", first.code]
    words += ["--fix"] if fixable else []
    words += paths if paths != (".",) else ()
    return NextFix(
        first.code,
        first.name,
        min((each.level for each in found), key=LEVELS.index),
        "",
        len(found),
        len({each.path for each in found}),
        fixable,
        shlex.join(words),
    )

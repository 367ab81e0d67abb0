"""Mend what can be mended: lint, edit, and lint again until nothing changes."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from runbookkit.app.lint import lint_workspace
from runbookkit.app.lint_setup import LintRequest, lint_job
from runbookkit.errors import UsageError
from runbookkit.lint.fixes import apply_fixes, diff
from runbookkit.settings import Loaded
from runbookkit.workspace.memo import Ledger

ROUNDS = 10
_Fixable = Counter[tuple[str, str]]


class _Mended(NamedTuple):
    """A file after one round."""

    path: str
    text: str
    mended: int
    fixable: _Fixable
    """Codes and messages of what there was to mend."""


def fix_files(
    request: LintRequest,
    loaded: Loaded,
    today: date,
    *,
    unsafe: bool,
    only: frozenset[str] | None = None,
) -> int:
    """Mend the files on disk; return how many findings were mended.

    Each round applies what does not overlap; ten rounds are the most.

    Raises:
        UsageError: A file cannot be written.
    """
    mended = 0
    before: dict[str, _Fixable] = {}
    for _ in range(ROUNDS):
        mending = _round(request, loaded, today, unsafe=unsafe, only=only)
        # what is still there after its fix would be put in again and again
        helped = [each for each in mending if before.get(each.path) != each.fixable]
        for each in helped:
            _replace(each.path, each.text)
            mended += each.mended
        before = {each.path: each.fixable for each in mending}
        if not helped:
            break
    return mended


def show_fixes(
    request: LintRequest,
    loaded: Loaded,
    today: date,
    *,
    unsafe: bool,
    only: frozenset[str] | None = None,
    say: Callable[[str], object] | None = None,
) -> int:
    """Print what the first round would change, and change nothing."""
    say = say or sys.stdout.write
    mending = _round(request, loaded, today, unsafe=unsafe, only=only)
    for each in mending:
        say(diff(each.path, _text(each.path), each.text))
    return sum(each.mended for each in mending)


def _round(
    request: LintRequest,
    loaded: Loaded,
    today: date,
    *,
    unsafe: bool,
    only: frozenset[str] | None,
) -> list[_Mended]:
    ledger = Ledger((), ())
    job = lint_job(replace(request, cache_folder=""), loaded, ledger, today=today)
    outcome = lint_workspace(job, ledger)
    mending: list[_Mended] = []
    for path, result in outcome.results.items():
        if only is not None and path not in only:
            continue
        fixable = Counter(
            (each.code, each.message)
            for each in result.findings
            if each.fix and (each.fix.safe or unsafe)
        )
        if not fixable:
            continue
        before = _text(path)
        fixed = apply_fixes(before, result.findings, unsafe=unsafe)
        if fixed.text != before:
            mending.append(_Mended(path, fixed.text, len(fixed.applied), fixable))
    return mending


def _text(path: str) -> str:
    # newline="" keeps line ends as they are
    with Path(path).open(encoding="utf-8", newline="", errors="strict") as file:
        try:
            return file.read()
        except UnicodeDecodeError:
            raise UsageError(
                f"{path}: not UTF-8, so it cannot be mended; convert it first"
            ) from None


def _replace(path: str, text: str) -> None:
    """Write a file whole or not at all; its mode stays."""
    target = Path(path).resolve()
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(text.encode())
        unfinished.chmod(target.stat().st_mode & 0o7777)
        unfinished.replace(target)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error

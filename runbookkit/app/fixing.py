"""Mend what can be mended: lint, edit, and lint again until nothing changes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

from runbookkit.app.lint import lint_workspace
from runbookkit.app.lint_setup import LintRequest, lint_job
from runbookkit.errors import UsageError
from runbookkit.lint.fixes import apply_fixes, diff
from runbookkit.settings import Loaded
from runbookkit.workspace.memo import Ledger

ROUNDS = 10


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
    for _ in range(ROUNDS):
        texts, count = _round(request, loaded, today, unsafe=unsafe, only=only)
        for path, text in texts.items():
            _replace(path, text)
        mended += count
        if not texts:
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
    texts, count = _round(request, loaded, today, unsafe=unsafe, only=only)
    for path, text in texts.items():
        say(diff(path, _text(path), text))
    return count


def _round(
    request: LintRequest,
    loaded: Loaded,
    today: date,
    *,
    unsafe: bool,
    only: frozenset[str] | None,
) -> tuple[dict[str, str], int]:
    ledger = Ledger((), ())
    job = lint_job(replace(request, cache_folder=""), loaded, ledger, today=today)
    outcome = lint_workspace(job, ledger)
    texts: dict[str, str] = {}
    count = 0
    for path, result in outcome.results.items():
        if only is not None and path not in only:
            continue
        if not any(each.fix and (each.fix.safe or unsafe) for each in result.findings):
            continue
        before = _text(path)
        fixed = apply_fixes(before, result.findings, unsafe=unsafe)
        if fixed.text != before:
            texts[path] = fixed.text
            count += len(fixed.applied)
    return texts, count


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

"""The weekly review as a page of the handbook, which people go on writing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Final

from runbookkit.app.postmortems.blocks import Merged, block, merged
from runbookkit.app.postmortems.gathering import name_of
from runbookkit.app.transcripts.visible import inline
from runbookkit.app.words import percent, span
from runbookkit.errors import UsageError
from runbookkit.model.review import Review, ReviewNumbers
from runbookkit.model.timeline import Spread

_ROWS: Final = 200
_QUESTION: Final = (
    "The question for each page is the same: **did this page represent user impact?**"
)
_COLUMNS: Final = (
    "*User impact* is what the objectives measured; *action* is what somebody did, not"
    " what they looked at. The verdict is one of keep, fix the runbook, tune, demote,"
    " delete."
)
_UNSEEN: Final = (
    "The record holds what alerts told; what users or colleagues noticed before is for"
    " the people in the room."
)


def week_of(review: Review) -> str:
    """Return the name of the week that a review ends in, as ``2026-W46``."""
    last = review.end - timedelta(seconds=1)
    year, week, _ = last.isocalendar()
    return f"{year}-W{week:02}"


def review_page(review: Review, previous: str = "") -> Merged:
    """Return the page; with a previous text only what nobody changed is made again."""
    made = {
        "numbers": _numbers(review),
        "pages": _pages(review),
        "budgets": _budgets(review),
        "runbooks": _runbooks(review),
    }
    if previous.strip():
        return merged(previous, made)
    first, last = review.start, review.end - timedelta(seconds=1)
    parts = [
        f"# Alert review, week {week_of(review)}",
        f"{first:%Y-%m-%d} to {last:%Y-%m-%d}, all times UTC. {_QUESTION}",
        "## Numbers",
        block("numbers", made["numbers"]),
        "## Pages",
        _COLUMNS,
        block("pages", made["pages"]),
        "## Harm without a page",
        _UNSEEN,
        "## Error budgets",
        block("budgets", made["budgets"]),
        "## Runbooks",
        block("runbooks", made["runbooks"]),
        "## Decisions",
        "| decision | kind | owner | due | tracking |\n|---|---|---|---|---|",
    ]
    return Merged("\n\n".join(parts) + "\n")


def write_review(review: Review, folder: Path) -> tuple[Path, Merged]:
    """Write the page of a week, or bring it up to date.

    Raises:
        UsageError: It cannot be written.
    """
    file = folder / f"{week_of(review)}.md"
    try:
        previous = file.read_text(encoding="utf-8") if file.is_file() else ""
        page = review_page(review, previous)
        folder.mkdir(parents=True, exist_ok=True)
        file.write_bytes(page.text.encode("utf-8", "replace"))
    except OSError as error:
        where = file.as_posix()
        raise UsageError(
            f"{where}: cannot be written: {error.strerror}; name another folder with"
            " --into"
        ) from error
    return file, page


def _numbers(review: Review) -> str:
    lines = ["| measure | this week | last week |", "|---|---|---|"]
    rows = zip(_measures(review.numbers), _measures(review.before), strict=True)
    lines += [f"| {name} | {now} | {before} |" for (name, now), (_, before) in rows]
    return "\n".join(lines)


def _measures(of: ReviewNumbers) -> list[tuple[str, str]]:
    per_page = of.alerts_per_page
    return [
        ("pages", str(of.pages)),
        ("pages outside working hours", str(of.outside_hours)),
        ("pages with user impact", str(of.with_impact)),
        ("pages on which somebody acted", str(of.acted_on)),
        ("pages without action", str(of.pages - of.acted_on)),
        ("tickets from alerts", str(of.tickets)),
        ("runs of a runbook that ended in *escalate*", str(of.escalated)),
        ("alerts per page", "-" if per_page is None else f"{per_page:.1f}"),
        ("time to acknowledge", _spread(of.to_acknowledge)),
        ("time to mitigate", _spread(of.to_mitigate)),
        ("notifications that failed", str(of.failed_notifications)),
        ("webhook lag", _spread(of.webhook_lag)),
    ]


def _spread(of: Spread) -> str:
    if not of.known:
        return "-" if not of.unknown else f"unknown of all {of.unknown}"
    unknown = f", unknown of {of.unknown}" if of.unknown else ""
    return f"median {span(of.median)}, 90 % within {span(of.p90)}{unknown}"


def _pages(review: Review) -> str:
    lines = ["| fired | alert | user impact | action | runbook | verdict |"]
    lines.append("|---|---|---|---|---|---|")
    for page in review.pages[:_ROWS]:
        alerts = ", ".join(inline(each) for each in page.alerts) or "none"
        spent = "" if page.spent is None else f": {percent(page.spent)} of the budget"
        actions = "; ".join(inline(each) for each in page.actions) or "none"
        book = (
            f"{inline(page.runbook)}: {page.outcome}" if page.runbook else page.outcome
        )
        lines.append(
            f"| {page.fired_at:%Y-%m-%dT%H:%MZ} | {alerts} ({name_of(page.incident)}) |"
            f" {page.impact}{spent} | {actions} | {book} | |"
        )
    if len(review.pages) > _ROWS:
        lines.append(f"| and {len(review.pages) - _ROWS} more | | | | | |")
    return "\n".join(lines)


def _budgets(review: Review) -> str:
    if not review.budgets:
        return "No incident of this week spent a budget that was measured."
    lines = ["| objective | cause | spent this week | left of the window |"]
    lines.append("|---|---|---|---|")
    lines += [
        f"| `{each.objective}` | {inline(each.cause)} | {percent(each.spent)} |"
        f" {percent(each.left)} |"
        for each in review.budgets
    ]
    return "\n".join(lines)


def _runbooks(review: Review) -> str:
    return _listed(review.runbooks) or "Every run of a runbook went as it is written."


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(f"- {inline(line)}" for line in lines)

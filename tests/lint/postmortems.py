"""Small postmortems for tests: a part is completed to a postmortem that is clean."""

from __future__ import annotations

from datetime import date

from lint.examples import HERE, TODAY, complete, lint_files
from runbookkit.lint.registry import rule_of
from runbookkit.model.finding import Finding

CLEAN = (HERE / "clean-postmortem.md").read_text("utf-8")


def completed(part: str) -> str:
    """Return the clean postmortem with a part put in."""
    return complete(part, CLEAN)


def found(code: str, part: str, *, today: date = TODAY) -> tuple[Finding, ...]:
    """Return what one rule finds in the clean postmortem with a part put in."""
    return lint_files({"a.md": completed(part)}, [rule_of(code)], today=today).findings


def messages(code: str, part: str) -> list[str]:
    """Return the messages of what one rule finds."""
    return [finding.message for finding in found(code, part)]


def timeline(*rows: str, head: str = "time | event | source") -> str:
    """Return a timeline of rows such as ``14:02 | it began | alert``."""
    lines = [f"| {head} |", "|---|---|---|", *(f"| {row} |" for row in rows)]
    return "## Timeline\n\n" + "\n".join(lines) + "\n"


def actions(*rows: str) -> str:
    """Return the table of action items."""
    head = "| action | kind | owner | due | tracking |\n|---|---|---|---|---|"
    return f"## Action items\n\n{head}\n" + "\n".join(f"| {row} |" for row in rows)


def with_keys(**values: str) -> str:
    """Return the clean front matter with other values; an empty one is left out."""
    lines = CLEAN.split("\n---\n", 1)[0].splitlines()[1:]
    keys = dict(line.split(": ", 1) for line in lines) | values
    body = "".join(f"{key}: {value}\n" for key, value in keys.items() if value)
    return f"---\n{body}---\n"

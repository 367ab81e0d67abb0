"""``runbook rule``."""

from __future__ import annotations

from pathlib import Path

from runbookkit.cli import codes
from runbookkit.cli.generated import check_files, write_files
from runbookkit.lint.pages import page, pages
from runbookkit.lint.registry import all_rules, rule_of


def rule(code: str = "", /, *, write: str = "", check: str = "") -> int:
    """Show the page of a lint rule, or list all rules.

    Parameters
    ----------
    code
        Code or name; all rules are listed when left out.
    write
        Write all pages to this folder.
    check
        Compare the pages in this folder with the rules; 1 when they drift.
    """
    if write or check:
        texts = {Path(path).name: text for path, text in pages().items()}
        if check:
            cure = f"`runbook rule --write {check}`"
            return check_files(Path(check), texts, cure)
        return write_files(Path(write), texts)
    if code:
        # where a page is made from matters only to whoever finds the file
        print(page(rule_of(code)).split("-->\n\n", 1)[-1], end="")
        return codes.OK
    for each in all_rules():
        print(f"{each.code}  {each.level:7}  {each.name:32}  {each.summary}")
    return codes.OK

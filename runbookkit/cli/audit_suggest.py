"""``runbook audit --suggest``."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from runbookkit.cli import codes
from runbookkit.cli.output import speak
from runbookkit.errors import UsageError

if TYPE_CHECKING:
    from runbookkit.app.audit_house import House
    from runbookkit.model.audit import AuditReport
    from runbookkit.model.suggestion import Suggestions

_flag = Parameter(negative=())


@Parameter(name="*")
@dataclass(frozen=True)
class SuggestOptions:
    """What would make a runbook better."""

    suggest: Annotated[bool, _flag] = False
    "Print a diff that closes proven and confirmed gaps; nothing is changed."
    run: str = ""
    "With --suggest: propose what this run did otherwise than its runbook says."

    def check(self) -> None:
        """Refuse a run that is given without --suggest.

        Raises:
            UsageError: There is one.
        """
        if self.run and not self.suggest:
            raise UsageError(f"--run {self.run}: says what to suggest; add --suggest")


def print_for_run(
    options: SuggestOptions, house: House, output: str, output_file: str
) -> int:
    """Print what a run did that its runbook does not say, as a diff."""
    from runbookkit.app.audit_suggest import suggest_for_run

    loaded, variables = house.loaded, house.variables
    found = suggest_for_run(options.run, loaded, variables, house.template)
    return _print(found, output, output_file)


def print_for_audit(
    report: AuditReport, house: House, output: str, output_file: str
) -> int:
    """Print what would close the gaps of an audit, as a diff."""
    from runbookkit.app.audit_suggest import suggest_for_audit

    today = house.clock.now().date()
    found = suggest_for_audit(report, house.loaded, house.template, today)
    return _print(found, output, output_file)


def _print(found: Suggestions, output: str, output_file: str) -> int:
    from runbookkit.app.audit_suggest import said
    from runbookkit.lint.report import printable

    if output == "json":
        from pydantic import RootModel

        from runbookkit.model.suggestion import Suggestions

        text = RootModel[Suggestions](found).model_dump_json(indent=2) + "\n"
        speak([text], output_file, 0)
    elif output == "text":
        # the diff alone goes to stdout, so that it can be piped
        for line in said(found):
            print(printable(line), file=sys.stderr)
        speak([found.diff], output_file, 0)
    else:
        raise UsageError(f"--output {output}: suggestions are told as text or json")
    return codes.FINDINGS if found.proposed else codes.OK

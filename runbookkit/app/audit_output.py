"""The forms in which ``runbook audit`` says what it found."""

from __future__ import annotations

from runbookkit.app.audit_machines import junit, sarif
from runbookkit.app.audit_markdown import markdown
from runbookkit.app.audit_text import report_lines
from runbookkit.lint.report import Style
from runbookkit.model.audit import AuditReport


def rendered(report: AuditReport, output: str, style: Style) -> str:
    """Return a report in one of the forms."""
    match output:
        case "json":
            from pydantic import RootModel  # noqa: PLC0415  one form of five

            return RootModel[AuditReport](report).model_dump_json(indent=2) + "\n"
        case "markdown":
            return markdown(report, style)
        case "sarif":
            return sarif(report, style)
        case "junit":
            return junit(report)
        case _:
            return "\n".join(report_lines(report, style)) + "\n"

"""What the options of ``runbook audit`` say about a model."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from runbookkit.errors import UsageError

if TYPE_CHECKING:
    from runbookkit.app.audit import AuditRequest
    from runbookkit.app.audit_house import House
    from runbookkit.app.audit_model import ModelRequest
    from runbookkit.audit.view import Marks
    from runbookkit.model.desk_check import DeskReport

MODEL = "model"
"""The player that is a model, as ``--player`` names it."""
Effort = Literal["", "low", "medium", "high", "xhigh", "max"]
_flag = Parameter(negative=())


@Parameter(name="*")
@dataclass(frozen=True)
class ModelOptions:
    """Which model plays, and what it may cost."""

    model: str = ""
    "Play with this model; the one of the settings with --player model."
    effort: Effort = ""
    "How much the model may think."
    max_usd: float | None = None
    "Most dollars of this command, where the model's prices are known."
    max_tokens: int | None = None
    "Most tokens of this command, in and out."
    offline: Annotated[bool, _flag] = False
    "Ask nobody; judge the plays that are kept."
    redact: Annotated[bool, _flag] = False
    "Put tokens in place of secrets; otherwise nothing with a secret is sent."
    print_request: Annotated[bool, _flag] = False
    "Print the first request of every play, exactly as it would be sent, and stop."
    mode: Literal["play", "desk"] = "play"
    "desk: read each runbook once, in one batch at half the price; advice only."
    batch: str = ""
    "With --mode desk: take the answers of a batch that was handed in before."

    def plays(self, player: str) -> bool:
        """Tell whether a model plays."""
        wanted = bool(
            self.model or self.offline or self.print_request or self.mode == "desk"
        )
        if wanted and player not in {"", MODEL}:
            raise UsageError(
                f"--player {player}: is no model; leave one of the two out"
            )
        return wanted or player == MODEL

    @property
    def asked(self) -> ModelRequest:
        """What is asked of the model."""
        from runbookkit.app.audit_model import ModelRequest

        for name, value in (("usd", self.max_usd), ("tokens", self.max_tokens)):
            if value is not None and value < 0:
                raise UsageError(f"--max-{name} {value}: a bound is no less than zero")
        return ModelRequest(
            self.model,
            self.effort,
            self.max_usd,
            self.max_tokens,
            self.offline,
            self.redact,
        )


def at_the_desk(
    request: AuditRequest, options: ModelOptions, house: House, marks: Marks
) -> DeskReport:
    """Return what a model says that reads the runbooks and plays none."""
    from runbookkit.app.audit_desk import DeskCheck

    def tell(words: str) -> None:
        print(f"runbook: {words}", file=sys.stderr)

    check = DeskCheck(options.asked, house, marks, tell, options.batch)
    return check.report(request)


def desk_text(report: DeskReport, output: str) -> str:
    """Return the report in one of its two forms.

    Raises:
        UsageError: It has no such form.
    """
    from runbookkit.app.audit_desk import desk_lines

    if output == "json":
        from pydantic import RootModel

        from runbookkit.model.desk_check import DeskReport

        return RootModel[DeskReport](report).model_dump_json(indent=2) + "\n"
    if output != "text":
        raise UsageError(f"--output {output}: a desk check is told as text or json")
    return "\n".join(desk_lines(report)) + "\n"


def print_requests(
    request: AuditRequest, options: ModelOptions, house: House, marks: Marks
) -> None:
    """Print what would be sent, a JSON object a line, and send nothing."""
    from runbookkit.app.audit_model import first_requests

    for body in first_requests(request, options.asked, house, marks):
        sys.stdout.write(json.dumps(body, ensure_ascii=False) + "\n")

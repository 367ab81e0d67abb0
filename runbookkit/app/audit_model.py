"""Let a model play: within its budget, through the redaction, with what was kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from runbookkit.app.audit import Auditor, AuditRequest, scenarios_of
from runbookkit.app.audit_cases import ToAudit, case_of, to_audit
from runbookkit.app.audit_gate import standing_of
from runbookkit.app.audit_house import House
from runbookkit.app.running import state_folder
from runbookkit.audit.budget import Budget
from runbookkit.audit.calls import tool_definitions
from runbookkit.audit.case import Case
from runbookkit.audit.kept import KeptPlays
from runbookkit.audit.outgoing import LastLook, Outgoing
from runbookkit.audit.players.messages.client import check, known_secrets
from runbookkit.audit.players.messages.guard import Attempt
from runbookkit.audit.players.messages.player import Bounds, MessagesPlayer
from runbookkit.audit.players.messages.request import body_of
from runbookkit.audit.prices import Prices, prices_of
from runbookkit.audit.view import Marks, situation_of, view_of
from runbookkit.errors import PlayerError
from runbookkit.execute.evidence import Redact
from runbookkit.lint.report import counted
from runbookkit.model.audit import AuditReport, Exchange, Turn, View
from runbookkit.model.options import AuditOptions
from runbookkit.model.spent import Spent
from runbookkit.workspace.ledger import DayLedger
from runbookkit.workspace.memo import cache_folder


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """What the command line asks of a model; what is left out the settings say."""

    model: str = ""
    effort: Literal["", "low", "medium", "high", "xhigh", "max"] = ""
    max_usd: float | None = None
    max_tokens: int | None = None
    offline: bool = False
    """Ask nobody: only plays that were kept count."""
    redact: bool = False
    """Put tokens in place of secrets, where otherwise nothing would be sent."""


def options_of(asked: ModelRequest, house: House) -> AuditOptions:
    """Return the settings with what the command line changes of them."""
    options = house.loaded.configuration.audit
    base_url = options.base_url or house.variables.get("ANTHROPIC_BASE_URL", "")
    usd, tokens = asked.max_usd, asked.max_tokens
    return replace(
        options,
        model=asked.model or options.model,
        effort=asked.effort or options.effort,
        base_url=base_url if options.provider == "anthropic" else options.base_url,
        run_usd=options.run_usd if usd is None else usd,
        run_tokens=options.run_tokens if tokens is None else tokens,
    )


def _prices(house: House) -> Prices:
    named = house.loaded.configuration.audit.prices
    return prices_of(Path(house.loaded.folder) / named if named else None)


@dataclass(slots=True)
class OfflinePlayer:
    """Stands for a model that is not asked."""

    name: str

    def turn(self, view: View, history: Sequence[Exchange]) -> Turn:
        """Say nothing.

        Raises:
            PlayerError: Always.
        """
        raise PlayerError(
            f"this was never played by {self.name}, and --offline asks nobody"
            f" (turn {len(history) + 1}, {len(view.runbook)} letters)",
            reason="offline",
        )


@contextmanager
def model_auditor(
    asked: ModelRequest, house: House, marks: Marks
) -> Iterator[tuple[Auditor, Callable[[AuditReport], AuditReport]]]:
    """Yield who audits with a model, and what adds its price to a report.

    Raises:
        UsageError: There is no model, no credential, or no such price list.
    """
    options = options_of(asked, house)
    if not asked.offline:
        check(options, house.variables)
    requests = _Requests()
    with bounds_of(options, house, requests) as bounds:
        model = MessagesPlayer(options, tool_definitions(), bounds, house.variables)
        with closing(model):
            player = OfflinePlayer(model.name) if asked.offline else model
            kept = KeptPlays(Path(cache_folder(house.variables)) / "audit-plays")
            auditor = Auditor(
                player,
                house.template,
                marks,
                hide=hiding(asked, options),
                plays=kept,
                at_once=max(1, options.at_once),
            )
            worth = standing_of(auditor, options.model, house)
            yield (
                replace(auditor, notes=worth.notes, advisory=worth.advisory),
                lambda report: _priced(report, options, bounds, requests.number),
            )


@contextmanager
def bounds_of(
    options: AuditOptions,
    house: House,
    record: Callable[[Attempt], None] | None = None,
) -> Iterator[Bounds]:
    """Yield what bounds every call: budget, prices, the last look.

    Raises:
        ConfigError: The price list cannot be read.
    """
    state = state_folder(house.loaded, house.variables)
    with closing(DayLedger(state / "audit-spent.sqlite")) as ledger:
        budget = Budget(
            Spent(options.run_usd, options.run_tokens),
            Spent(options.day_usd, options.day_tokens),
            house.clock,
            ledger,
        )
        look = LastLook(known_secrets(house.variables))
        yield Bounds(budget, _prices(house), house.clock, look, record)


@dataclass(slots=True)
class _Requests:
    """Counts what was asked of the model."""

    number: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, _: Attempt) -> None:
        with self._lock:
            self.number += 1


def hiding(asked: ModelRequest, options: AuditOptions) -> Callable[[str], Redact]:
    """Return what makes the redaction of a runbook, by its path."""

    def hide(path: str) -> Redact:
        out = Outgoing(hosts=options.hosts, replace_secrets=asked.redact)
        return lambda text: out.text(text, path)

    return hide


def _priced(
    report: AuditReport, options: AuditOptions, bounds: Bounds, requests: int
) -> AuditReport:
    used, spent = report.usage, bounds.budget.spent
    known = options.model in bounds.prices.models
    price = f"${spent.usd:.4f} at prices of {bounds.prices.as_of}"
    read = used.input + used.cache_read + used.cache_write
    said = (
        f"{counted(requests, 'request')} now,"
        f" {price if known else 'price unknown'}; all plays together read {read} tokens,"
        f" {used.cache_read} of them from the prompt cache, and wrote {used.output}"
    )
    return replace(report, notes=(*report.notes, said))


def cases_of(
    request: AuditRequest, asked: ModelRequest, house: House, marks: Marks
) -> Iterator[tuple[ToAudit, Case]]:
    """Yield what would be played, redacted; nothing is sent.

    Raises:
        SecretError: A secret stands in a text, and secrets are not to be replaced.
        UsageError: A path is not there, or an input of a scenario is missing.
    """
    hide = hiding(asked, options_of(asked, house))
    exclude = house.loaded.configuration.lint.exclude
    for wanted in to_audit(request.paths, exclude, house.template, hide):
        for scenario, _ in (
            scenarios_of(wanted, request) if request.wants(wanted) else ()
        ):
            yield wanted, case_of(wanted, scenario, (), marks)


def refuse_secrets(
    request: AuditRequest, asked: ModelRequest, house: House, marks: Marks
) -> None:
    """Look at everything that might be sent before anything is.

    Raises:
        SecretError: A secret stands in a text, and secrets are not to be replaced.
    """
    for _ in () if asked.redact else cases_of(request, asked, house, marks):
        pass


def first_requests(
    request: AuditRequest, asked: ModelRequest, house: House, marks: Marks
) -> Iterator[dict[str, Any]]:
    """Yield the body of the first request of every play, exactly as it is sent.

    Raises:
        SecretError: A secret stands in a text, and secrets are not to be replaced.
    """
    options = options_of(asked, house)
    for _, case in cases_of(request, asked, house, marks):
        lines = case.runbook.document.lines
        view = view_of(lines, situation_of(case.scenario), marks)
        yield body_of(view, (), tool_definitions(), options)

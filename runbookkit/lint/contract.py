"""Alert rules and the runbooks that they name: two halves of one contract."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from runbookkit.lint.addresses import Resolution, pages_of, resolve, segments
from runbookkit.lint.agreement import Disagreement, disagreements
from runbookkit.lint.context import Context, Handbook
from runbookkit.model.alertrule import AlertRule
from runbookkit.model.facts import Facts, Named
from runbookkit.model.options import LintOptions
from runbookkit.model.span import Span

_URL = re.compile(r"https?://[^\s<>\"'`]*[^\s<>\"'`.,;:!?)\]]")
_STUB = frozenset({"", "-", "todo", "tbd", "tba", "none", "n/a", "na", "fixme", "null"})


@dataclass(frozen=True, slots=True)
class Contract:
    """One alert rule, the address of its runbook, and where that leads."""

    path: str
    """The rule file."""
    rule: AlertRule
    linted: bool
    """Whether the rule file is linted, not only known."""
    address: str
    """Empty when no annotation holds one."""
    span: Span
    """The annotation with the address; the alert's name when there is none."""
    resolution: Resolution
    pages: tuple[Facts, ...]
    """The page that is meant, or without one those that claim the alert."""

    @property
    def known(self) -> bool:
        """Whether the address was found, can be judged, and leads to a page."""
        return bool(self.address and self.resolution.path)


@dataclass(frozen=True, slots=True)
class Contracts:
    """All alert rules of a handbook."""

    all: tuple[Contract, ...]
    by_alert: Mapping[str, tuple[Contract, ...]]
    claims: Mapping[str, tuple[tuple[Facts, Named], ...]]
    """Which runbooks claim an alert in their front matter."""
    has_pages: bool

    def linted(self) -> Iterator[Contract]:
        """Yield those whose rule file is linted."""
        return (contract for contract in self.all if contract.linted)

    def namesakes(self, contract: Contract) -> tuple[AlertRule, ...]:
        """Return all rules with an alert's name, its own among them."""
        return tuple(each.rule for each in self.by_alert[contract.rule.name])


def contracts_of(handbook: Handbook, context: Context) -> Contracts:
    """Return the contracts of a handbook, built once for all rules."""
    return handbook.once(_build, context.options)


def _build(handbook: Handbook, options: LintOptions) -> Contracts:
    claims: defaultdict[str, list[tuple[Facts, Named]]] = defaultdict(list)
    for facts in handbook.everything().values():
        for alert in facts.alerts:
            claims[alert.name].append((facts, alert))
    found = tuple(
        _contract(facts.path, rule, handbook, options, claims)
        for facts in handbook.everything().values()
        for rule in facts.rules
    )
    by_alert: defaultdict[str, list[Contract]] = defaultdict(list)
    for contract in found:
        by_alert[contract.rule.name].append(contract)
    return Contracts(
        found,
        {name: tuple(each) for name, each in by_alert.items()},
        {name: tuple(each) for name, each in claims.items()},
        bool(handbook.once(pages_of).by_path),
    )


def _contract(
    path: str,
    rule: AlertRule,
    handbook: Handbook,
    options: LintOptions,
    claims: Mapping[str, list[tuple[Facts, Named]]],
) -> Contract:
    address, span = runbook_address(rule, options)
    resolution = Resolution()
    if address:
        resolution = resolve(address, path, handbook, options)
    if resolution.page is not None:
        pages: tuple[Facts, ...] = (resolution.page,)
    else:
        pages = tuple(facts for facts, _ in claims.get(rule.name, ()))
    linted = path in handbook.files
    return Contract(path, rule, linted, address, span, resolution, pages)


def runbook_address(rule: AlertRule, options: LintOptions) -> tuple[str, Span]:
    """Return the address of a rule's runbook and its place.

    The first annotation of ``options.runbook_annotations`` that holds one wins;
    an address inside prose counts.
    """
    for key in options.runbook_annotations:
        value = rule.annotations.get(key, "").strip()
        if value.lower().strip("<>.") in _STUB:
            continue
        span = rule.places.get(f"annotations.{key}", rule.span)
        inside = _URL.search(value)
        if any(each.isspace() for each in value) and "{{" not in value:
            if inside is None:
                continue
            value = inside[0]
        return value, span
    return "", rule.span


def names_alert(page: Facts, alert: str) -> bool:
    """Tell whether a page is about an alert, as far as its text shows.

    A page that declares its format lists its alerts; any other page names
    them somewhere: in its file name, title, headings or text.
    """
    listed = any(each.name == alert for each in page.alerts)
    if listed or (page.declared and page.kind == "runbook"):
        return listed
    if alert in page.words or is_named_after(page, alert):
        return True
    wanted = _letters(alert)
    return any(wanted in _letters(anchor) for anchor in page.anchors)


def is_named_after(page: Facts, alert: str) -> bool:
    """Tell whether a page's file name or title is an alert's name."""
    wanted = _letters(alert)
    name = segments(page.path)[-1:]
    return wanted in _letters(page.title) or wanted in _letters("".join(name))


def _letters(name: str) -> str:
    return "".join(each for each in name.lower() if each.isalnum())


def contradictions(
    handbook: Handbook, context: Context
) -> tuple[tuple[Contract, Facts, Disagreement], ...]:
    """Return each number in a runbook's Meaning that its alert rule contradicts.

    Of pages that declare no format only those count that are named after the
    alert: any other may be about several.
    """
    return handbook.once(_contradictions, context.options)


def _contradictions(
    handbook: Handbook, options: LintOptions
) -> tuple[tuple[Contract, Facts, Disagreement], ...]:
    contracts = handbook.once(_build, options)
    return tuple(
        (contract, page, found)
        for contract in contracts.all
        for page in contract.pages
        if page.meaning and _is_about(page, contract.rule.name)
        for found in disagreements(page, contract.rule, contracts.namesakes(contract))
    )


def _is_about(page: Facts, alert: str) -> bool:
    return names_alert(page, alert) if page.declared else is_named_after(page, alert)

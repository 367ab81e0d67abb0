"""Defects of alert rules, and of what they and their runbooks say of each other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from seeded.page import Page, Planted
from seeded.planting import World, plants


def _in_alerts(page: Page, pattern: str) -> Iterator[int]:
    for alert in page.alerts():
        yield from page.every(pattern, alert)


@plants("AL101")
def drop_runbook_url(page: Page) -> Iterator[Planted]:
    for alert in page.alerts():
        for at in page.every(r"^          runbook_url: ", alert):
            yield page.put(at, at + 1, at=alert.start)
            yield page.put(at, at + 1, "          runbook_url: TODO", at=alert.start)


@plants("AL102")
def misspell_runbook_url(page: Page) -> Iterator[Planted]:
    for at in _in_alerts(page, r"runbook_url: "):
        yield from page.sub(at, r"/([\w-]+)\.md$", r"/\1-old.md")
        yield from page.sub(at, r"/runbooks/", "/playbooks/")


@plants("AL103")
def point_at_missing_heading(page: Page) -> Iterator[Planted]:
    for at in _in_alerts(page, r"runbook_url: "):
        yield from page.sub(at, r"\.md$", ".md#symptoms")


@plants("AL104")
def point_at_other_runbook(page: Page) -> Iterator[Planted]:
    pages = sorted(
        path.rpartition("/")[2] for path in page.files if "/runbooks/" in path
    )
    for at in _in_alerts(page, r"runbook_url: "):
        for name in pages:
            if name not in page.lines[at]:
                yield from page.sub(at, r"/[\w-]+\.md$", f"/{name}")


@plants("AL105")
def change_severity(page: Page) -> Iterator[Planted]:
    for at in _in_alerts(page, r"^          severity: "):
        yield from page.sub(at, r"severity: page", "severity: ticket")
        yield from page.sub(at, r"severity: ticket", "severity: page")


@plants("AL106")
def change_service(page: Page) -> Iterator[Planted]:
    for at in _in_alerts(page, r"^          service: "):
        yield from page.sub(at, r"service: \w+", "service: cart")


@plants("AL107")
def change_hold(page: Page) -> Iterator[Planted]:
    for at in _in_alerts(page, r"^        for: "):
        yield from page.sub(at, r"for: \w+", "for: 17m")


@plants("AL107")
def contradict_alert(page: Page) -> Iterator[Planted]:
    """Let the runbook of an alert state another duration."""
    for alert in page.alerts():
        (hold,) = page.every(r"^        for: ", alert)
        for path, text in _contradicted(page, alert, r": for ", r" minutes?"):
            yield Planted(
                {path: text, page.path: page.text}, page.path, hold + 1, hold + 1
            )


@plants("AL108")
def change_threshold(page: Page) -> Iterator[Planted]:
    """Triple a threshold that the runbook states with its unit."""
    for alert in page.alerts():
        for at in page.every(r"> (?:3e6|0\.001|0\.5)$", alert):
            expr = page.every(r"^        expr:", alert)
            text = re.sub(
                r"[\d.]+(?:e\d)?$", lambda m: f"{float(m[0]) * 3:g}", page.lines[at]
            )
            yield page.put(at, at + 1, text, at=expr[0], to=at)


@plants("AL108")
def contradict_threshold(page: Page) -> Iterator[Planted]:
    """Let the runbook of an alert state another threshold."""
    for alert in page.alerts():
        (first,), (last,) = (
            page.every(r"^        expr:", alert),
            page.every(r"^        for: ", alert),
        )
        if "slo:" in page.text:  # burn rates are compared, not what they are made of
            return
        claims = _contradicted(
            page, alert, r"(?: more| longer) than ", r" (?:MB/s|ms|%)"
        )
        for path, text in claims:
            yield Planted(
                {path: text, page.path: page.text}, page.path, first + 1, last
            )


def _contradicted(
    page: Page, alert: range, before: str, after: str
) -> Iterator[tuple[str, str]]:
    """Yield runbooks of an alert that state 17 instead of some number."""
    name = page.lines[alert.start].split()[-1]
    wanted = re.compile(
        rf"(`{name}`(?:(?!\n- |\n\n)[\s\S])*?{before})\d[\d.]*({after})"
    )
    for path, text in page.files.items():
        if "/runbooks/" in path and wanted.search(text):
            yield path, wanted.sub(r"\g<1>17\2", text, count=1)


@plants("AL109", on=("runbook",))
def name_unknown_alert(page: Page) -> Iterator[Planted]:
    for at in page.every(r"^alerts: \[", range(page.front_end)):
        yield from page.sub(at, r"\[(\w+)", r"[\1Soon")
        yield from page.sub(at, r"\]$", ", ShopIsHaunted]")


@plants("AL111")
def break_rule_file(page: Page) -> Iterator[Planted]:
    for at in _in_alerts(page, r"^          summary: "):
        yield page.put(at, at + 1, f"{page.lines[at]}: and more")
    for at in _in_alerts(page, r"^        (?:expr|for): "):
        yield page.put(at, at + 1, f"\t{page.lines[at]}")
    for alert in page.alerts():
        for at in page.every(r"^        for: ", alert):
            yield page.put(at, at + 1, "        for: a while")


@plants("AL112")
def break_expression(page: Page) -> Iterator[Planted]:
    for alert in page.alerts():
        expr = page.every(r"^        expr:", alert)
        end = page.every(r"^        for:", alert)
        for at in page.every(r"\)", range(expr[0], end[0])) if expr and end else ():
            cut = page.lines[at].rindex(")")
            text = page.lines[at][:cut] + page.lines[at][cut + 1 :]
            yield page.put(at, at + 1, text, at=expr[0], to=end[0] - 1)


@plants("AL112")
def drop_expression(page: Page) -> Iterator[Planted]:
    for alert in page.alerts():
        for at in page.every(r"^        expr: (?!\|)", alert):
            yield page.put(at, at + 1, at=alert.start)


@plants("RB808", world=World(known="ops-handbook/alerts/"))
def contradict_known_alert(page: Page) -> Iterator[Planted]:
    """The same as contradict-alert, where only the runbooks are linted."""
    for at in page.every(r"`\w+`: for \d+ minutes?", page.section("Meaning")):
        yield from page.sub(at, r"(`\w+`: for )\d+( minutes?)", r"\g<1>17\2")

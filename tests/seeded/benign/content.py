"""More or other words that say nothing wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from seeded.harmless import harmless
from seeded.page import Page, Step

_SYNONYMS = {
    "Nobody": "No one",
    "notices": "sees it",
    "reason": "cause",
    "commonest": "most frequent",
    "at once": "immediately",
    "before": "earlier than",
    "about": "roughly",
    "Hand over": "Pass on",
    "switch": "move",
    "buyers": "customers",
}
_BACKGROUND = (
    "The service was split from the shop in 2024, and its storage has been its own since"
    " then. Two instances run behind one address."
)


def _inserted(page: Page, before: int, *lines: str) -> Mapping[str, str]:
    return page.insert(before, *lines).changed


@harmless("runbook", "postmortem")
def reword_prose(page: Page) -> Iterator[Mapping[str, str]]:
    for old, new in _SYNONYMS.items():
        lines = list(page.lines)
        for at in page.every(rf"^[A-Z`].*\b{old}\b"):
            lines[at] = re.sub(rf"\b{old}\b", new, lines[at])
        if lines != page.lines:
            yield {page.path: "\n".join(lines)}


@harmless("runbook", "postmortem")
def add_background(page: Page) -> Iterator[Mapping[str, str]]:
    for title in ("Impact", "Meaning", "Escalation", "Summary", "Detection", "Lessons"):
        if section := page.section(title):
            yield _inserted(page, section.start + 2, _BACKGROUND, "")
            yield _inserted(page, section.stop, _BACKGROUND, "")


@harmless()
def explain_step(page: Page) -> Iterator[Mapping[str, str]]:
    for step in page.steps:
        yield _inserted(
            page, step.first + 2, "This step comes early because it is cheap.", ""
        )


@harmless()
def add_notes(page: Page) -> Iterator[Mapping[str, str]]:
    notes = (
        "## Notes",
        "",
        "- The signal exists since March 2025.",
        "- It was noisy at first.",
        "",
    )
    if section := page.section("Notes"):
        yield _inserted(page, section.stop, *notes[2:])
    else:
        yield _inserted(page, len(page.lines), *notes)


@harmless()
def add_reference_links(page: Page) -> Iterator[Mapping[str, str]]:
    links = (
        "- [Dashboard of the service](https://grafana.example.com/d/checkout/overview)",
        "- [How burn rates work](https://sre.google/workbook/alerting-on-slos/)",
        "- [Our template](../../meta/runbook-template.md#diagnosis)",
        "- [All runbooks](../README.md)",
    )
    section = page.section("Notes")
    at = section.stop if section else len(page.lines)
    yield _inserted(page, at, *(() if section else ("## Notes", "")), *links, "")


@harmless()
def add_illustration(page: Page) -> Iterator[Mapping[str, str]]:
    for language in ("text", "json", "console"):
        shown = (
            "It looks like this:",
            "",
            f"```{language}",
            '{"value": 0.02}',
            "```",
            "",
        )
        for step in page.actions():
            yield _inserted(page, step.closing + 2, *shown)
            yield _inserted(page, step.bullets[0], *shown)


@harmless()
def add_comment(page: Page) -> Iterator[Mapping[str, str]]:
    for at in (*page.headings(2), *page.headings(3)):
        yield _inserted(page, at, "<!-- agreed in the review of November -->", "")


@harmless()
def add_access(page: Page) -> Iterator[Mapping[str, str]]:
    for at in page.every(r"^access: \[", range(page.front_end)):
        for more in ("VPN", "jq", "psql 16", "membership in group sre"):
            yield from (each.changed for each in page.sub(at, r"\]$", f", {more}]"))


@harmless()
def add_link_to_front_matter(page: Page) -> Iterator[Mapping[str, str]]:
    yield _inserted(page, page.front_end, "links: [https://grafana.example.com/d/abc]")


@harmless()
def add_input(page: Page) -> Iterator[Mapping[str, str]]:
    """Make a constant of a query an input."""
    for step in page.actions("promql"):
        for at in page.every(r'job="checkout"', step.body):
            lines = list(page.lines)
            lines[at] = re.sub(r'job="checkout"', 'job="{{ job_name }}"', lines[at])
            new = [
                "  job_name:",
                "    description: Job of the service",
                "    default: checkout",
            ]
            start = page.first(r"^inputs:", 0, page.front_end)
            if start is not None:
                lines[start + 1 : start + 1] = new
                yield {page.path: "\n".join(lines)}


@harmless()
def rename_step(page: Page) -> Iterator[Mapping[str, str]]:
    """Rename a step, with every link that leads to it."""
    for step in page.steps:
        new, anchor = (
            f"{step.title.rstrip('?')} on this page",
            f"{step.anchor}-on-this-page",
        )
        changed: dict[str, str] = {}
        for path, text in page.files.items():
            name = "" if path == page.path else page.path.rpartition("/")[2]
            there = text.replace(f"({name}#{step.anchor})", f"({name}#{anchor})")
            if path == page.path:
                there = there.replace(f"### {step.title}\n", f"### {new}\n")
                there = there.replace(f"[{step.title}](", f"[{new}](")
            if there != text:
                changed[path] = there
        yield changed


@harmless()
def swap_independent_steps(page: Page) -> Iterator[Mapping[str, str]]:
    """Swap two steps that are entered and left by links alone."""
    steps = page.steps
    closed = [step for step in steps if step.bullets and not _goes_on(step)]
    alone = [
        after for step, after in pairwise(steps) if step in closed and after in closed
    ]
    for one, other in pairwise(alone):
        if one.end == other.first:
            moved = (
                *page.lines[other.first : other.end],
                *page.lines[one.first : one.end],
            )
            yield page.put(one.first, other.end, *moved).changed


def _goes_on(step: Step) -> bool:
    ways = [step.page.lines[at] for at in step.bullets]
    falls_through = step.bullet("Met") is None and not step.is_question
    return falls_through or any(way.endswith(" continue") for way in ways)


@harmless()
def change_poll(page: Page) -> Iterator[Mapping[str, str]]:
    for at in page.every(r"every \w+ for up to \w+"):
        for planted in page.sub(
            at, r"every \w+ for up to \w+", "every 20s for up to 20m"
        ):
            yield planted.changed


@harmless()
def change_hold_everywhere(page: Page) -> Iterator[Mapping[str, str]]:
    """Let an alert wait longer, in the rule and in the words of its runbook."""
    for at in page.every(r"`\w+`: for \d+ minutes?", page.section("Meaning")):
        claim = re.search(r"`(\w+)`: for (\d+) minutes?", page.lines[at])
        assert claim is not None
        rule = re.compile(
            rf"(- alert: {claim[1]}\n(?:        .*\n)*?        for: ){claim[2]}m\n"
        )
        for path, text in page.files.items():
            if path.endswith(".yaml") and rule.search(text):
                lines = list(page.lines)
                lines[at] = lines[at].replace(claim[0], f"`{claim[1]}`: for 21 minutes")
                yield {path: rule.sub(r"\g<1>21m\n", text), page.path: "\n".join(lines)}


_NUMBERS = (
    {"500 ms": "800 ms", "0.5": "0.8"},
    {"3 MB/s": "5 MB/s", "3e6": "5e6"},
    {"50 new series": "70 new series", "50": "70", "50.0": "70.0"},
    {"0.1 %": "0.2 %", "0.001": "0.002"},
    {"0.2 CPU": "0.3 CPU", "0.2": "0.3"},
    {
        "100 ms": "200 ms",
        "100000000": "200000000",
        "100ms": "200ms",
        "100-ms": "200-ms",
        "100": "200",
    },
)
"""Numbers of the handbook, as the words and as the queries write them."""


@harmless()
def change_threshold_everywhere(page: Page) -> Iterator[Mapping[str, str]]:
    """Change a number in the prose, the query, the expectation and the rule."""
    for numbers in _NUMBERS:
        if next(iter(numbers)) in page.text:
            changed = {
                path: _exchanged(text, numbers) for path, text in page.files.items()
            }
            yield {
                path: text for path, text in changed.items() if text != page.files[path]
            }


def _exchanged(text: str, numbers: Mapping[str, str]) -> str:
    either = "|".join(map(re.escape, numbers))
    whole = re.compile(rf"(?<![\w.])(?:{either})(?!\w|\.\d|%| %| times| services)")
    return whole.sub(lambda match: numbers[match[0]], text)

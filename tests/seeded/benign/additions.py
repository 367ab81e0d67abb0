"""Things that good documents also hold: notes, tables, quotes, asides with numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from seeded.harmless import harmless
from seeded.page import Page

_ASIDES = (
    "On a usual day the value is below 0.01 %.",
    "The probe runs every 30 seconds.",
    "In the summer of 2025 this lasted 3 hours.",
    "It is compared with the same time last week.",
    "A second alert looks at 6 hours.",
)


@harmless()
def add_aside_to_meaning(page: Page) -> Iterator[Mapping[str, str]]:
    section = page.section("Meaning")
    for aside in _ASIDES:
        yield page.insert(section.stop, aside, "").changed


@harmless()
def add_aside_to_step(page: Page) -> Iterator[Mapping[str, str]]:
    for step in page.steps:
        yield page.insert(step.first + 2, page.pick.choice(_ASIDES), "").changed
        yield page.insert(step.bullets[0], page.pick.choice(_ASIDES), "").changed


@harmless("runbook", "postmortem")
def add_quote(page: Page) -> Iterator[Mapping[str, str]]:
    quote = ("> [!NOTE]", "> The service was moved to new machines in March 2026.", "")
    for at in page.headings(2):
        yield page.insert(at, *quote).changed


@harmless()
def add_bold_note(page: Page) -> Iterator[Mapping[str, str]]:
    for step in page.steps:
        note = "**Note:** the panel next to it shows the same number."
        yield page.insert(step.first + 2, note, "").changed


@harmless()
def add_table_of_contacts(page: Page) -> Iterator[Mapping[str, str]]:
    rows = (
        "| who | when |",
        "|---|---|",
        "| `team-shop` | at once |",
        "| platform lead on call | after 15 minutes |",
        "",
    )
    yield page.insert(page.section("Escalation").stop, *rows).changed


@harmless()
def add_list_to_step(page: Page) -> Iterator[Mapping[str, str]]:
    points = (
        "What to keep in mind:",
        "",
        "- The rate is a mean.",
        "  - A short peak hardly shows.",
        "- `le` is an upper bound.",
        "",
    )
    for step in page.steps:
        yield page.insert(step.first + 2, *points).changed


@harmless("runbook", "postmortem")
def link_own_section(page: Page) -> Iterator[Mapping[str, str]]:
    section = page.section("Impact")
    yield page.insert(
        section.stop, "How it came about is in [the summary](#impact).", ""
    ).changed


@harmless()
def add_picture_to_notes(page: Page) -> Iterator[Mapping[str, str]]:
    lines = (
        "## Notes",
        "",
        "![How the parts hang together](https://example.com/parts.png)",
        "",
    )
    section = page.section("Notes")
    yield page.insert(
        section.stop or len(page.lines), *(lines[2:] if section else lines)
    ).changed


@harmless("postmortem")
def add_row_to_timeline(page: Page) -> Iterator[Mapping[str, str]]:
    rows = page.every(r"^\| 2026-", page.section("Timeline"))
    for at in rows[:-1]:
        time = page.lines[at].split(" | ")[0]
        yield page.insert(
            at + 1, f"{time} | The graph of `team-shop` is posted | chat message |"
        ).changed


@harmless("postmortem")
def add_action_item(page: Page) -> Iterator[Mapping[str, str]]:
    rows = page.every(r"^\| .* \| 2026-\d\d-\d\d \|", page.section("Action items"))
    for kind in ("prevent", "detect", "mitigate", "process"):
        row = f"| Graph suppressed pages on the overview | {kind} | team-platform | 2026-12-01 | [OBS-420](https://example.com/OBS-420) |"
        yield page.insert(rows[-1] + 1, row).changed


@harmless()
def allow_for_a_while(page: Page) -> Iterator[Mapping[str, str]]:
    """Allow what is there: a comment that allows nothing would be a warning."""
    hint = "Scale it up if needed, and restart everything if necessary."
    comment = '<!-- runbookkit: allow RB901 until=2027-06-30 reason="rewritten with the new pool" -->'
    section = page.section("Mitigation")
    yield page.insert(section.start + 2, comment, "", hint, "").changed

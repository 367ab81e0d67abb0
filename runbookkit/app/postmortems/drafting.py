"""A postmortem from the record, and the same again without touching what people wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from runbookkit.app.postmortems.blocks import block, merged
from runbookkit.app.postmortems.facts import SEVERITIES, Facts, Plain, is_tame
from runbookkit.app.postmortems.front import front_line, merged_front
from runbookkit.app.postmortems.sections import contents
from runbookkit.app.postmortems.timing import front_times
from runbookkit.app.words import rfc3339
from runbookkit.model.template import Template, TemplateSection

FORMAT: Final = "postmortem/v1"
_ENTRIES: Final = {
    "summary": "Summary",
    "impact": "Impact",
    "timeline": "Timeline",
    "detection": "Detection",
    "contributing-factors": "Contributing factors",
    "response": "Response",
    "what-went-well": "What went well",
    "what-went-badly": "What went badly",
    "where-we-got-lucky": "Where we got lucky",
    "action-items": "Action items",
    "lessons": "Lessons",
}
"""Which section of the template a block belongs to."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A text, and what of it people have taken over."""

    text: str
    edited: tuple[str, ...] = ()
    """Blocks that people changed: they stay as they are."""
    missing: tuple[str, ...] = ()
    """Blocks that people deleted: they stay away."""


def draft(
    facts: Facts, template: Template, previous: str = "", said: str = ""
) -> Draft:
    """Return the postmortem of an incident, in the template's order.

    With a previous text only what was generated and left untouched is made
    again; every other line stays, byte for byte. ``said`` are checked sentences
    that stand behind the summary of numbers.
    """
    made = contents(facts)
    if said:
        made["summary"] += f"\n\n{said}"
    if not previous.strip():
        return Draft(_whole(facts, template, made))
    head, body = _parted(previous)
    again = merged(body, made)
    front = merged_front(head, _front(facts)) if head else []
    text = "\n".join(["---", *front, "---", again.text]) if head else again.text
    return Draft(text, again.edited, again.missing)


def title_of(facts: Facts) -> str:
    """Return the title: what happened, as the alert put it."""
    title = " ".join(Plain(facts).nameless(facts.incident.title).split())
    return title if title and is_tame(title) else f"Incident {facts.name}"


def _whole(facts: Facts, template: Template, made: Mapping[str, str]) -> str:
    parts = [
        "\n".join(["---", f"format: {FORMAT}", *_front(facts).values(), "---"]),
        f"# {Plain(facts).words(title_of(facts))}",
    ]
    for section in template.sections:
        parts += _section(section, template, made)
    return "\n\n".join(parts) + "\n"


def _section(
    section: TemplateSection, template: Template, made: Mapping[str, str]
) -> Iterator[str]:
    for name, title in _ENTRIES.items():
        if template.section(title) is section:
            yield f"## {section.title}"
            yield block(name, made[name])
            return
    if section.required:
        yield f"## {section.title}"
        yield "The record of the incident says nothing about this."


def _front(facts: Facts) -> dict[str, str]:
    """Return the lines of the front matter that the record fills."""
    values: dict[str, str | tuple[str, ...]] = {
        "title": title_of(facts),
        "incident": facts.name,
        "severity": SEVERITIES[facts.incident.severity],
        "status": "draft",
    }
    values |= {name: rfc3339(at) for name, at in front_times(facts)}
    values["services"] = facts.services
    values["runbooks"] = facts.runbooks
    if facts.alert_names:
        values["alerts"] = facts.alert_names
    objectives = tuple(each.objective for each in facts.impacts)
    if objectives:
        values["slo"] = objectives
    values["owner"] = facts.owner
    return {key: front_line(key, value) for key, value in values.items()}


def _parted(text: str) -> tuple[list[str], str]:
    """Return the lines of the front matter and the rest; nothing where there is none."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return [], text
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() == "---":
            return lines[1:number], "\n".join(lines[number + 1 :])
    return [], text

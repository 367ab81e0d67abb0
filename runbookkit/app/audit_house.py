"""Where an audit takes place: settings, environment, format, time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from runbookkit.app.templates import load_template
from runbookkit.model.template import Template
from runbookkit.ports import Clock
from runbookkit.settings import Loaded


@dataclass(frozen=True, slots=True)
class House:
    """What holds for every audit of one command."""

    loaded: Loaded
    variables: Mapping[str, str] = field(repr=False)
    template: Template
    template_text: bytes
    clock: Clock


def house_of(loaded: Loaded, variables: Mapping[str, str], clock: Clock) -> House:
    """Return the house with the template that its runbooks are held to.

    Raises:
        UsageError: The template cannot be read.
    """
    found = load_template(loaded.configuration.template, loaded.folder, kind="runbook")
    return House(loaded, variables, found.template, found.content, clock)

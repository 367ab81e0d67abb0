"""What a house decides about its lint; part of the configuration file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runbookkit.model.base import Data


@dataclass(frozen=True, slots=True)
class UrlMapping(Data):
    """How a runbook's address in an alert becomes a path in the repository."""

    url: str
    """Regular expression for the whole address, fragment left out."""
    path: str
    """Replacement with ``\\1`` or ``\\g<name>``; relative to the configuration."""


@dataclass(frozen=True, slots=True)
class Versions(Data):
    """Versions of the servers, so that a query is judged by what they accept."""

    prometheus: str = ""
    loki: str = ""
    tempo: str = ""


@dataclass(frozen=True, slots=True)
class LintOptions(Data):
    """The ``[lint]`` table of the configuration."""

    select: tuple[str, ...] = ()
    """Codes or their beginnings to run; empty means all."""
    ignore: tuple[str, ...] = ()
    """Codes or their beginnings to leave out."""
    exclude: tuple[str, ...] = ()
    """Glob patterns of paths to leave out."""
    allow_unchecked: tuple[str, ...] = ()
    """Codes whose "could not check" is shown but does not fail the run."""
    review_days: int = 180
    """Age in days from which a review counts as stale."""
    handbook: tuple[str, ...] = ()
    """Folders whose runbooks are known even when only rule files are linted."""
    rules: tuple[str, ...] = ()
    """Folders of rule files that are known even when only runbooks are linted."""
    runbook_annotations: tuple[str, ...] = (
        "runbook_url",
        "runbook",
        "documentation",
        "link",
    )
    """Annotations that may hold the runbook's address, the first found wins."""
    urls: tuple[UrlMapping, ...] = ()
    """How addresses become paths; without it the longest common ending decides."""
    versions: Versions = field(default_factory=Versions)
    external_metrics: tuple[str, ...] = ()
    """Metric names, or beginnings that end in ``*``, that no rule needs to mention."""


@dataclass(frozen=True, slots=True)
class Grafana(Data):
    """A Grafana, and the datasources in it that our backends ask."""

    url: str = ""
    datasources: Mapping[str, str] = field(default_factory=dict)
    """Uid of the datasource, by the backend's name: ``prometheus``, ``loki``, …"""
    org: int = 1


@dataclass(frozen=True, slots=True)
class Configuration(Data):
    """``runbook.toml``, or ``[tool.runbookkit]`` in ``pyproject.toml``."""

    lint: LintOptions = field(default_factory=LintOptions)
    template: str = ""
    """Runbook template, relative to the file; empty means the built-in one."""
    postmortem_template: str = ""
    """Postmortem template, relative to the file; empty means the built-in one."""
    prometheus_url: str = ""
    """Where ``--online`` asks which metrics exist."""
    backends: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By name, such as ``prometheus``; each backend's documentation has its keys."""
    grafana: Grafana = field(default_factory=Grafana)
    """Where links to Explore lead; there are none without it."""
    state: str = ""
    """Folder for runs, relative to the file; the user's state folder when empty."""
    store: str = ""
    """``postgresql://…`` or an SQLite file; a file in ``state`` when empty."""

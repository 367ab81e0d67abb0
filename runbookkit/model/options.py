"""What a house decides about its lint; part of the configuration file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from runbookkit.model.base import Data
from runbookkit.model.policy import Policy
from runbookkit.model.serving import ServeOptions


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
class AuditOptions(Data):
    """The ``[audit]`` table: which model plays the runner, and what it may cost."""

    provider: Literal["anthropic", "bedrock", "vertex"] = "anthropic"
    model: str = ""
    """As the provider spells it; without one only scripted players play."""
    effort: Literal["", "low", "medium", "high", "xhigh", "max"] = ""
    """How much the model may think; its own default when empty."""
    output_tokens: int = 8192
    """Of one turn, thinking included; a turn that needs more cannot be judged."""
    stream: bool = False
    """Read answers as streams, for gateways that end quiet connections."""
    base_url: str = ""
    """Where the API is; the provider's own when empty."""
    profile: str = ""
    """Stored login of the provider's tools, in place of a key."""
    region: str = ""
    """For ``bedrock`` and ``vertex``."""
    project: str = ""
    """For ``vertex``."""
    seconds: float = 120.0
    """Of silence, at most, while an answer is awaited or comes."""
    at_once: int = 4
    """How many plays of one runbook go on at the same time."""
    retries: int = 2
    """After an answer that says the server is busy or broken."""
    longest_wait: float = 30.0
    """In seconds; a server that wants a longer break ends the play."""
    runbook_tokens: int = 100_000
    """Largest first request; a larger one is not sent."""
    play_tokens: int = 500_000
    """Bound of one play, in and out, what is read from the cache included."""
    run_tokens: int = 5_000_000
    """Bound of one command."""
    run_usd: float = 2.0
    """Bound of one command, where the model's prices are known."""
    day_tokens: int = 50_000_000
    """Bound of one day (UTC) on this machine."""
    day_usd: float = 20.0
    """Bound of one day (UTC) on this machine, where the prices are known."""
    calibration: str = ""
    """Record of ``--calibrate`` for the model, relative to the configuration; without
    a fresh one, gaps that a model alone confirms fail nothing."""
    record: str = ""
    """File of the audits that were made, relative to the configuration; ``--record``
    writes to it, and ``runbook lint`` names the texts that are not in it."""
    prices: str = ""
    """YAML file of prices, relative to the configuration; the built-in one if empty."""
    hosts: tuple[str, ...] = ()
    """Endings of host names that never leave this machine, such as ``corp.example``."""


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
    notifiers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By name, such as ``slack``; docs/notifiers.md has each one's keys."""
    fallback_notifiers: tuple[str, ...] = ()
    """Names of notifiers that say what another one could not."""
    audit: AuditOptions = field(default_factory=AuditOptions)
    grafana: Grafana = field(default_factory=Grafana)
    """Where links to Explore lead; there are none without it."""
    serve: ServeOptions = field(default_factory=ServeOptions)
    incidents: Policy = field(default_factory=Policy)
    slos: tuple[str, ...] = ()
    """Files and folders of objectives; the folders ``slos`` of the handbook if empty."""
    impact_labels: tuple[str, ...] = ()
    """Labels that an incident's impact is told apart by, such as ``tenant``, ``route``."""
    state: str = ""
    """Folder for runs, relative to the file; the user's state folder when empty."""
    store: str = ""
    """``postgresql://…`` or an SQLite file; a file in ``state`` when empty."""

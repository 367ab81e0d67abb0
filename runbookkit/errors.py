"""The one exception tree; every message says where, what, and what now."""

from __future__ import annotations


class RunbookkitError(Exception):
    """The root of everything this package raises on purpose."""


class UsageError(RunbookkitError):
    """What was asked for makes no sense; leads to exit code 2."""


class ConfigError(UsageError):
    """A configuration file or value cannot be used."""


class TemplateError(UsageError):
    """A template document does not say what a template must say."""


class CouldNotCheckError(RunbookkitError):
    """A check could not run, so it says neither yes nor no; leads to exit code 3."""

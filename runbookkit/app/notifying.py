"""Connect the notifiers that the configuration names, and let a crew work for them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, cast
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from runbookkit.app.effecting import Alarms, Effects
from runbookkit.app.running import misfit
from runbookkit.app.working import Crew, Performer, Station, Tally, Worker
from runbookkit.discovery import member
from runbookkit.errors import ConfigError
from runbookkit.http import Endpoint
from runbookkit.model.effect import Effect, EffectKind, Receipt
from runbookkit.ports import Clock, IncidentStore, Notifier, NotifierModule
from runbookkit.settings import Loaded

FAMILY: Final = "runbookkit.notifiers"
_WANTED: Final = ("NAME", "Config", "connect")
_USE: Final = "use"
_ONLY: Final = "only"
_FROM_FILE: Final = "_file"
_THREADS: Final = 2
"""For each notifier: one incident that is slow does not hold up all others."""


def notifiers_of(loaded: Loaded, clock: Clock, instance: str) -> dict[str, Notifier]:
    """Connect the configured notifiers; return them by the names of their tables.

    A table may say with ``use`` which notifier it is about, so that there can be two
    of a kind, and with ``only`` what it is told of incidents.

    Raises:
        ConfigError: A notifier is unknown, its table does not fit, or holds a secret.
    """
    found: dict[str, Notifier] = {}
    for name, table in loaded.configuration.notifiers.items():
        told = dict(table)
        kind = str(told.pop(_USE, name))
        only = told.pop(_ONLY, None)
        module = cast("NotifierModule", member(FAMILY, kind, _WANTED))
        config = _config(module.Config, name, told, loaded, instance)
        notifier = module.connect(config, clock=clock)
        found[name] = notifier if only is None else _reserved(notifier, name, only)
    return found


def integrations_of(
    notifiers: Mapping[str, Notifier],
) -> dict[str, frozenset[EffectKind]]:
    """Return what each notifier is told, as decisions about incidents want it."""
    return {
        name: each.told if isinstance(each, Reserved) else each.kinds
        for name, each in notifiers.items()
    }


@dataclass(frozen=True, slots=True)
class Reserved:
    """A notifier that is told less of incidents than it can do; else a fallback."""

    notifier: Notifier
    told: frozenset[EffectKind]

    @property
    def name(self) -> str:
        """What it is called."""
        return self.notifier.name

    @property
    def kinds(self) -> frozenset[EffectKind]:
        """What it can do."""
        return self.notifier.kinds

    def perform(self, effect: Effect, attempt: int) -> Receipt:
        """Make an effect true.

        Raises:
            NotifierError: It is not known to be true.
        """
        return self.notifier.perform(effect, attempt)


def _reserved(notifier: Notifier, name: str, only: Any) -> Reserved:
    told = frozenset(only) if isinstance(only, (list, tuple)) else frozenset({only})
    unable = sorted(str(each) for each in told - notifier.kinds)
    if unable:
        raise ConfigError(
            f"notifiers.{name}.{_ONLY}: {notifier.name} cannot {unable[0]!r}; it can"
            f" {', '.join(sorted(notifier.kinds))}"
        )
    return Reserved(notifier, told)


@dataclass(frozen=True, slots=True)
class Work:
    """What there is to do besides telling people, and by whom it is done."""

    performers: Mapping[str, Performer]
    """By kind of job."""
    queues: Mapping[str, timedelta]
    """The longest that a job of each queue takes."""


def crew_of(  # noqa: PLR0913  the parts of a crew
    store: IncidentStore,
    notifiers: Mapping[str, Notifier],
    loaded: Loaded,
    *,
    clock: Clock,
    complain: Callable[[str], None],
    work: Work | None = None,
    tally: Tally | None = None,
) -> Crew:
    """Return workers for all notifiers and all other work; they are not started.

    Raises:
        ConfigError: A fallback is none of the notifiers.
    """
    options = loaded.configuration
    for name in options.fallback_notifiers:
        if name not in notifiers:
            raise ConfigError(
                f"{loaded.file}: fallback_notifiers: there is no table"
                f" [notifiers.{name}]"
            )
    effects = Effects(store, notifiers, clock, options.serve.public_url)
    alarms = Alarms(notifiers, options.fallback_notifiers, clock)
    kinds = {kind for each in notifiers.values() for kind in each.kinds}
    performers: dict[str, Performer] = dict.fromkeys(kinds, effects)
    performers.update(work.performers if work else {})

    def worker(station: Station) -> Worker:
        return Worker(
            store,
            performers,
            station,
            clock=clock,
            alarm=alarms,
            jitter=random.random,
            tally=tally,
        )

    stations = tuple(_stations(notifiers, work))
    return Crew(worker, stations, complain=complain)


def _stations(
    notifiers: Mapping[str, Notifier], work: Work | None
) -> Iterator[Station]:
    process = uuid4().hex
    for name in notifiers:
        for number in range(_THREADS):
            yield Station(f"{process}/{name}-{number}", (name,))
    for name, longest in (work.queues if work else {}).items():
        yield Station(f"{process}/{name}", (name,), longest)


def _config(
    kind: type[Any], name: str, table: dict[str, Any], loaded: Loaded, instance: str
) -> Any:
    known = {each.name for each in fields(kind)}
    place = f"notifiers.{name}"
    _take_secrets(kind, table, place, loaded)
    if isinstance(table.get("endpoint"), Mapping) and "endpoint" in known:
        table["endpoint"] = dict(table["endpoint"])
        _take_secrets(Endpoint, table["endpoint"], f"{place}.endpoint", loaded)
    if "instance" in known:
        table.setdefault("instance", instance)
    try:
        return TypeAdapter[Any](kind).validate_python(table)
    except ValidationError as error:
        raise misfit(loaded, place, error, "docs/notifiers.md") from error


def _take_secrets(
    kind: type[Any], table: dict[str, Any], place: str, loaded: Loaded
) -> None:
    """Read secrets from their files; refuse those that stand in the configuration."""
    for key in [each.name for each in fields(kind) if not each.repr]:
        origin = loaded.origins.get(f"{place}.{key}", "")
        if isinstance(table.get(key), str) and not origin.startswith("$"):
            variable = f"RUNBOOK_{place}.{key}".replace(".", "__").upper()
            raise ConfigError(
                f"{origin or loaded.file}: {place}.{key} is a secret; set"
                f" {variable}, or {place}.{key}_file to a file that holds it"
            )
        file = table.pop(f"{key}{_FROM_FILE}", None)
        if file is not None:
            table[key] = _secret(Path(loaded.folder) / str(file))


def _secret(file: Path) -> str:
    try:
        return file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read: {error}") from error

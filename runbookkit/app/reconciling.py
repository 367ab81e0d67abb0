"""Ask senders every minute what fires, and cure what their webhooks lost.

API: alertmanager ``api/v2/openapi.yaml``, ``GET /alerts`` and ``GET /status``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from runbookkit.errors import (
    BackendError,
    CouldNotCheckError,
    DeliveryError,
    RunbookkitError,
)
from runbookkit.http import Bounds, Endpoint, HttpClient, HttpError, Transport
from runbookkit.incidents import reconcile
from runbookkit.incidents.alertmanager import parse_listed
from runbookkit.incidents.naming import DEAD_MAN
from runbookkit.model.answer import Ask
from runbookkit.model.asking import Asked
from runbookkit.model.incident import Changes, Known
from runbookkit.model.listed import Listing
from runbookkit.model.policy import Policy
from runbookkit.ports import Backend, Clock, IncidentStore

EVERY: Final = timedelta(minutes=1)
_BOUNDS: Final = Bounds(seconds=10, max_bytes=32 * 1024 * 1024)
_WANTED: Final = {
    "active": "true",
    "silenced": "true",
    "inhibited": "true",
    "unprocessed": "true",
}
_FIRING: Final = (
    'ALERTS_FOR_STATE and ignoring (alertstate) ALERTS{alertstate="firing"}'
)
"""Its value is since when, in seconds since 1970 (prometheus rules/alerting.go)."""

Wait = Callable[[timedelta], bool]
"""Waits so long, or until it is time to end: then it returns True."""


class Senders:
    """Everybody who knows which alerts of one source fire."""

    def __init__(
        self,
        source: str,
        asked: Asked,
        *,
        clock: Clock,
        backend: Backend | None = None,
        transport: Transport | None = None,
    ) -> None:
        self.source = source
        self.asked = asked
        self._clock = clock
        self._backend = backend
        self._clients = [
            (url.rstrip("/"), HttpClient(_BOUNDS, _endpoint(url, asked), transport))
            for url in asked.alertmanagers
        ]

    def listing(self) -> tuple[Listing | None, list[str]]:
        """Return what they list together, None when nobody can be asked; and why."""
        listings: list[Listing] = []
        complaints: list[str] = []
        for url, client in self._clients:
            try:
                listings.append(self._listed(url, client))
            except (CouldNotCheckError, DeliveryError) as error:
                complaints.append(str(error))
        if not listings and self._backend is not None:
            try:
                listings.append(self._fired(self._backend))
            except BackendError as error:
                complaints.append(str(error))
        return reconcile.merged(listings), complaints

    def _listed(self, url: str, client: HttpClient) -> Listing:
        asked_at = self._clock.now()
        params = dict(_WANTED)
        if self.asked.receiver:
            params["receiver"] = f"^{re.escape(self.asked.receiver)}$"
        body = _got(client, f"{url}/api/v2/alerts", params)
        alerts = parse_listed(self.source, body, asked_at)
        up_since = _up_since(url, _got(client, f"{url}/api/v2/status", {}))
        return Listing(alerts, asked_at, up_since)

    def _fired(self, backend: Backend) -> Listing:
        asked_at = self._clock.now()
        timeout = timedelta(seconds=_BOUNDS.seconds)
        answer = backend.ask(Ask("promql", _FIRING, asked_at, timeout))
        if answer.voids or answer.truncated:
            raise BackendError(answer.voids or answer.truncated, backend=backend.name)
        series = [
            (each["labels"], datetime.fromtimestamp(float(each["value"]), UTC))
            for each in answer.names["series"]
        ]
        return reconcile.of_series(series, asked_at)


@dataclass(slots=True)
class Rounds:
    """When each source was heard of last; to be read from any thread."""

    answered: dict[str, datetime] = field(default_factory=dict)
    """When somebody said what fires, or since when nobody has."""
    watchdog: dict[str, datetime] = field(default_factory=dict)
    """When its watchdog came, or since when none has."""


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Cures what webhooks lose; any number of processes may do it at once."""

    store: IncidentStore
    policy: Policy
    senders: tuple[Senders, ...]
    clock: Clock
    complain: Callable[[str], None]
    """Told what could not be asked or kept; it is tried again."""
    rounds: Rounds = field(default_factory=Rounds)

    def run(self, wait: Wait) -> None:
        """Ask at once and then every minute, until it is time to end."""
        since = self.clock.now()
        self.once(since)
        while not wait(EVERY):
            self.once(since)

    def once(self, since: datetime) -> None:
        """Ask everybody once.

        Args:
            since: When this process began to listen: silence before means nothing.
        """
        for senders in self.senders:
            try:
                for complaint in self._cure(senders, since):
                    self.complain(complaint)
            except RunbookkitError as error:
                self.complain(f"{senders.source}: {error}")

    def _cure(self, senders: Senders, since: datetime) -> Iterator[str]:
        source, asked = senders.source, senders.asked
        if asked.alertmanagers or asked.backend:
            listing, complaints = senders.listing()
            yield from complaints
            now = self.clock.now()
            self.rounds.answered.setdefault(source, since)
            if listing is not None:
                self.rounds.answered[source] = now
            decision = reconcile.decision(source, listing, now, self.policy)
            self.store.decide(*decision)
        if asked.watchdog:
            want, decide = reconcile.watch_decision(
                source, self.clock.now(), since, self.policy
            )
            self.store.decide(want, partial(self._heard, source, since, decide))

    def _heard(
        self,
        source: str,
        since: datetime,
        decide: Callable[[Known], Changes],
        known: Known,
    ) -> Changes:
        """Decide, and take note of what the decision is told of the watchdog."""
        row = known.alerts.get((source, DEAD_MAN))
        self.rounds.watchdog[source] = max(row.seen_at, since) if row else since
        return decide(known)


def senders_of(
    sources: Mapping[str, Asked],
    backends: Mapping[str, Backend],
    *,
    clock: Clock,
    transport: Transport | None = None,
) -> tuple[Senders, ...]:
    """Return whom to ask for each source."""
    return tuple(
        Senders(
            source,
            asked,
            clock=clock,
            backend=backends.get(asked.backend),
            transport=transport,
        )
        for source, asked in sources.items()
    )


def _endpoint(url: str, asked: Asked) -> Endpoint:
    return Endpoint(
        url,
        tenant=asked.tenant,
        bearer=asked.bearer,
        username=asked.username,
        password=asked.password,
        ca_file=asked.ca_file,
    )


def _got(client: HttpClient, url: str, params: Mapping[str, str]) -> bytes:
    answer = client.get(url, params=params)
    if answer.status != 200:
        raise HttpError(f"{url}: answers {answer.status}", failure="refused")
    return answer.body


def _up_since(url: str, body: bytes) -> datetime:
    try:
        return datetime.fromisoformat(json.loads(body)["uptime"]).astimezone(UTC)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise HttpError(
            f"{url}/api/v2/status: says not since when it is up", failure="refused"
        ) from error

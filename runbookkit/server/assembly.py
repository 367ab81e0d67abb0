"""Put the server together from its settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from runbookkit.app.chat import Chat
from runbookkit.app.desk import Desk
from runbookkit.app.following import Wake
from runbookkit.app.receiving import keeper, reader
from runbookkit.errors import ConfigError, StoreError
from runbookkit.model.serving import ServeOptions, Source
from runbookkit.server.admission import (
    app_token_of,
    callers_of,
    gate_of,
    networks,
)
from runbookkit.server.alerts import Alerts
from runbookkit.server.bodies import Memory
from runbookkit.server.edge import Edge
from runbookkit.server.handlers import Deploys, Keeping, Pager, SlackRequests
from runbookkit.server.inbound.deploys import READERS
from runbookkit.server.job_metrics import JobMetrics
from runbookkit.server.listening import Place
from runbookkit.server.live import Live
from runbookkit.server.metrics import Metrics
from runbookkit.server.parts import Parts
from runbookkit.server.site import site_of
from runbookkit.server.slack_desk import SlackDesk
from runbookkit.server.webhooks import Entry, Webhooks

if TYPE_CHECKING:
    from runbookkit.server.slack_socket import SlackSocket

_SITE_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Assembled:
    """The application, and what must be ended with it."""

    app: Edge
    live: Live
    metrics: Metrics
    sockets: tuple[SlackSocket, ...] = ()
    """Connections that wait to be started."""

    def start(self) -> None:
        """Connect to those who tell us something only then."""
        for each in self.sockets:
            each.start()

    def end_live(self) -> None:
        """End what would keep connections open."""
        self.live.close()

    def close(self) -> None:
        """End what calls out."""
        for each in self.sockets:
            each.close()


def assembled(  # noqa: PLR0913, PLR0917  what a server is put together from
    desk: Desk,
    options: ServeOptions,
    wake: Wake,
    now: Callable[[], datetime],
    nudge: Callable[[], None] = lambda: None,
    audited: Callable[[str], str] = lambda _: "",
    run_page: Callable[[str], str] | None = None,
) -> Assembled:
    """Return the server over a desk; ``nudge`` is called when webhooks were kept.

    ``audited`` says of a runbook's address when that runbook was audited;
    ``run_page`` returns the page of a run by its id.

    Raises:
        ConfigError: A source or token is configured in a way that cannot work.
    """
    metrics = Metrics()
    memory = Memory(max(16 * options.max_body_bytes, 64 * 1024 * 1024))
    alerts = Alerts(
        reader(desk.policy),
        desk.unreadable,
        keeper(desk.store, nudge, metrics.kept),
        now,
        memory,
        options.queue,
    )
    entries = {
        name: _entry(name, source, options, alerts, desk, now)
        for name, source in options.sources.items()
        if not source.only_calls_out
    }
    hooks = Webhooks(
        entries,
        options.max_body_bytes,
        options.answer_seconds,
        metrics.observe,
        memory,
    )
    live = Live(desk.store.since, wake)
    parts = Parts(
        desk,
        callers_of(options.tokens),
        live,
        metrics,
        now,
        (_readable(desk), _not_full(alerts, options)),
        audited,
        run_page,
    )
    metrics.watch(
        "runbookkit_intake_waiting", "Webhooks that wait for the store.", alerts.waiting
    )
    metrics.registry.register(JobMetrics(desk.store.job_counts, now))
    site = site_of(parts, max_body_bytes=_SITE_BYTES)
    sockets = tuple(_sockets(options, desk))
    metrics.watch_each(
        "runbookkit_slack_connected",
        "Whether Slack can tell us something over Socket Mode.",
        {each.name: partial(_connected, each) for each in sockets},
    )
    return Assembled(Edge(hooks, site), live, metrics, sockets)


def _connected(socket: SlackSocket) -> float:
    return float(socket.is_connected)


def _sockets(options: ServeOptions, desk: Desk) -> Iterator[SlackSocket]:
    for name, source in options.sources.items():
        token = app_token_of(name, source)
        if token:
            yield _socket(name, source, token, desk)


def _socket(name: str, source: Source, token: str, desk: Desk) -> SlackSocket:
    try:
        from runbookkit.server.slack_socket import (  # noqa: PLC0415  its SDK is an extra
            SlackSocket,
        )
    except ImportError as error:
        raise ConfigError(
            f"serve.sources.{name}: slack needs its SDK: uv tool install"
            " 'runbookkit[server,slack]'"
        ) from error
    slack = SlackDesk(Chat(desk), name, source.users)
    url = source.socket.base_url
    return SlackSocket(slack, desk.unreadable, token=token, base_url=url)


def check_place(place: Place, options: ServeOptions) -> None:
    """Refuse to let strangers in.

    Raises:
        ConfigError: Others can reach the address, and something is open to all.
    """
    if not place.is_public:
        return
    proxies = networks(options.trusted_proxies)
    unlocked = [
        name
        for name, source in options.sources.items()
        if gate_of(name, source, proxies).is_open and not source.only_calls_out
    ]
    if unlocked:
        raise ConfigError(
            f"serve.sources.{unlocked[0]}: open to everybody who reaches {place.host};"
            " give it tokens, or listen on 127.0.0.1"
        )
    if not options.tokens:
        raise ConfigError(
            f"serve.tokens: empty, and others can reach {place.host}; name who may use"
            " the API, or listen on 127.0.0.1"
        )


def _entry(
    name: str,
    source: Source,
    options: ServeOptions,
    alerts: Alerts,
    desk: Desk,
    now: Callable[[], datetime],
) -> Entry:
    gate = gate_of(name, source, networks(options.trusted_proxies))
    if source.kind == "alertmanager":
        return Entry(source.kind, gate, alerts, gate.signed)
    if source.kind == "slack":
        if not gate.keys:
            raise ConfigError(
                f"serve.sources.{name}: keys is empty; it is the signing secret of the"
                " Slack app. Without a public address, set socket.app_token_file"
            )
        slack = SlackDesk(Chat(desk), name, source.users)
        requests = SlackRequests(slack, gate.keys, now)
        return Entry(source.kind, gate, Keeping(requests, desk), requests.signed)
    if source.kind == "pagerduty":
        return Entry(source.kind, gate, Keeping(Pager(Chat(desk)), desk), gate.signed)
    handle = Deploys(READERS[source.kind], desk, now)
    return Entry(source.kind, gate, Keeping(handle, desk), gate.signed)


def _readable(desk: Desk) -> Callable[[], str]:
    def check() -> str:
        try:
            desk.incidents(everything=False, limit=1)
        except StoreError as error:
            return str(error)
        return ""

    return check


def _not_full(alerts: Alerts, options: ServeOptions) -> Callable[[], str]:
    return lambda: (
        "too many webhooks wait for the store"
        if alerts.waiting() >= options.queue
        else ""
    )

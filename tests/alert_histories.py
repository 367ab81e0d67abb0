"""Histories of alerts, through a model of Alertmanager and the real decisions.

Claims that hold after every step: an alert that was heard to fire, and of which no
later end was heard, has an incident that is not over; no incident is opened where
another one stands for the same; counts are right. After a reconciliation the state
equals the truth.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import hypothesis.strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
)

from alertmanager_pair import COUNT, GROUPS, NAMES, Peer, Sent, moment, observed
from memory import Memory
from runbookkit.errors import IncidentError
from runbookkit.incidents import commands, intake, reconcile, timers
from runbookkit.incidents.alertmanager import parse
from runbookkit.model.command import Command, CommandKind
from runbookkit.model.incident import NOT_OVER, AlertRow
from runbookkit.model.job import Job
from runbookkit.model.listed import Listing
from runbookkit.model.policy import Policy

ALERTS = st.integers(0, COUNT - 1)
MOST = st.sampled_from([0, 0, 0, 1, 2])
SECONDS = st.sampled_from([1, 30, 90, 400, 1200])
PEERS = st.sets(st.integers(0, 1), min_size=1)
KINDS: tuple[CommandKind, ...] = (
    "acknowledge", "mitigate", "resolve", "reopen", "review", "merge", "split",
)  # fmt: skip
SOURCE = "prod"


class Histories(RuleBasedStateMachine):
    """One history."""

    policy = Policy(storm=0, cool_down=timedelta(minutes=15))

    def __init__(self) -> None:
        super().__init__()
        self.now = 0
        self.store = Memory()
        self.peers = [Peer(0, -3600), Peer(1, -3600)]
        self.fires: dict[int, int] = {}
        """What Prometheus says: alerts that fire, and since when."""
        self.silenced: set[int] = set()
        self.network: list[Sent] = []
        self.down = False
        self.heard: dict[int, int] = {}
        """Alerts heard to fire, with their latest start; no later end was heard."""

    # the world

    @rule(
        alert=ALERTS,
        peers=PEERS,
        earlier=st.sampled_from([0, 0, 7, 40]),
        most=MOST,
        told=st.booleans(),
    )
    def change(
        self, alert: int, peers: set[int], earlier: int, most: int, *, told: bool
    ) -> None:
        """An alert begins or ends; often we are told of it at once.

        A second Prometheus may have seen it earlier: ``startsAt`` moves back.
        """
        if alert in self.fires:
            del self.fires[alert]
            times: tuple[int, int | None] = (self.now, self.now)
        else:
            self.fires[alert] = self.now
            times = (self.now - earlier, None)
        for peer in peers:
            self.peers[peer].post(alert, *times)
            if told:
                self.send(peer, GROUPS[alert // 3], most, at_once=True)

    @rule(
        alerts=st.lists(ALERTS, min_size=1, max_size=6),
        waits=st.lists(SECONDS, min_size=6, max_size=6),
    )
    def flap(self, alerts: list[int], waits: list[int]) -> None:
        """Several changes that one peer tells of, some time apart."""
        for alert, seconds in zip(alerts, waits, strict=False):
            self.change(alert, {0}, 0, 0, told=True)
            self.wait(seconds)

    @rule(alert=ALERTS, peer=st.integers(0, 1))
    def time_out(self, alert: int, peer: int) -> None:
        """Prometheus cannot reach a peer: it ends there, and starts as before."""
        if alert in self.fires:
            self.peers[peer].post(alert, self.now, self.now)

    @rule()
    def evaluate(self) -> None:
        """Prometheis send again all that fires, and all that ended lately."""
        for peer in self.peers:
            for alert, start in self.fires.items():
                peer.post(alert, start, None)
            for alert, held in peer.alerts.items():
                if held.end is None and alert not in self.fires:
                    held.end = self.now

    @rule(what=st.sampled_from(["restart", "collect"]), peer=st.integers(0, 1))
    def stumble(self, what: str, peer: int) -> None:
        if what == "restart":
            self.peers[peer].restart(self.now)
        else:
            self.peers[peer].collect(self.silenced)

    @rule(alert=ALERTS)
    def silence(self, alert: int) -> None:
        self.silenced ^= {alert}

    @rule(group=st.sampled_from(GROUPS))
    def gossip(self, group: str) -> None:
        logs = [peer.log.get(group, frozenset()) for peer in self.peers]
        for peer in self.peers:
            peer.log[group] = logs[0] | logs[1]

    @rule(
        peer=st.integers(0, 1),
        group=st.sampled_from(GROUPS),
        most=MOST,
        repeat=st.booleans(),
        at_once=st.booleans(),
    )
    def flush(
        self, peer: int, group: str, most: int, *, repeat: bool, at_once: bool
    ) -> None:
        self.send(peer, group, most, repeat=repeat, at_once=at_once)

    def send(
        self, peer: int, group: str, most: int, *, at_once: bool, repeat: bool = False
    ) -> None:
        sent = self.peers[peer].flush(group, self.silenced, most, repeat=repeat)
        if sent is not None and not at_once:
            self.network.append(sent)
        elif sent is not None and not self.down:
            self.take(sent)

    @precondition(lambda self: self.network)
    @rule(choice=st.integers(0, 50), doubled=st.booleans())
    def deliver(self, choice: int, *, doubled: bool) -> None:
        sent = self.network[choice % len(self.network)]
        if not doubled:
            self.network.remove(sent)
        if not self.down:
            self.take(sent)

    @rule()
    def outage(self) -> None:
        """The receiver is down, or up again; what is sent meanwhile is refused."""
        self.down = not self.down

    @rule(seconds=SECONDS)
    def wait(self, seconds: int) -> None:
        self.now += seconds
        self.attend()

    @rule(asked=st.sampled_from([(), (0,), (1,), (0, 1)]))
    def ask(self, asked: tuple[int, ...]) -> None:
        if not self.down:
            self.reconcile(asked)

    @precondition(lambda self: self.store.incidents)
    @rule(
        kind=st.sampled_from(KINDS),
        number=st.integers(0, 50),
        into=st.integers(0, 50),
        alerts=st.sets(ALERTS),
        forced=st.booleans(),
    )
    def person(
        self,
        kind: CommandKind,
        number: int,
        into: int,
        alerts: set[int],
        forced: bool,
    ) -> None:
        every = len(self.store.incidents)
        number, into = number % every + 1, into % every + 1
        command = Command(
            kind,
            number,
            "kim",
            "terminal",
            moment(self.now),
            into=into,
            fingerprints=tuple(NAMES[alert] for alert in alerts),
            even_firing=forced,
        )
        try:
            self.store.decide(*commands.decision(command, self.policy))
        except IncidentError:
            return
        if kind == "resolve":
            of = {row.fingerprint for row in self.rows() if row.incident == number}
            self.heard = {a: s for a, s in self.heard.items() if NAMES[a] not in of}

    # the receiver

    def take(self, sent: Sent) -> None:
        delivery = parse(SOURCE, sent.body, moment(self.now))
        before = set(self.store.incidents)
        decision = intake.decision(delivery, sent.body, self.policy)
        self.store.decide(*decision)
        kept = self.count_events()
        self.store.decide(*decision)
        assert self.count_events() == kept, "the same again is no news"
        self.peers[sent.peer].taken(sent)
        for alert, start, end in observed(sent.body):
            if end is None:
                self.heard[alert] = max(self.heard.get(alert, start), start)
            elif alert in self.heard and end > self.heard[alert]:
                del self.heard[alert]
        self.new_ones_are_needed(before)

    def reconcile(self, asked: tuple[int, ...]) -> None:
        now, before = moment(self.now), set(self.store.incidents)
        every = [self.peers[peer].listing(self.now, self.silenced) for peer in asked]
        listing = reconcile.merged(every)
        decision = reconcile.decision(SOURCE, listing, now, self.policy)
        self.store.decide(*decision)
        if listing is not None and self.is_settled(listing):
            listed = {each.alert.fingerprint for each in listing.alerts}
            self.heard = {a: s for a, s in self.heard.items() if NAMES[a] in listed}
        self.new_ones_are_needed(before)

    def is_settled(self, listing: Listing) -> bool:
        """Return whether whoever was asked has been up for long enough to know."""
        assert listing.up_since is not None
        return listing.asked_at - listing.up_since >= self.policy.settle_after

    def attend(self) -> None:
        """Attend to timers that are due."""
        incomplete = [row.id for row in self.store.open() if row.incomplete]
        self.attend_to_all()
        for number in incomplete:
            assert self.store.incidents[number].status in NOT_OVER

    def attend_to_all(self) -> None:
        while due := [
            job
            for job in self.store.jobs.values()
            if job.queue == "timer" and job.run_at <= moment(self.now)
        ]:
            job = min(due, key=lambda each: each.run_at)
            del self.store.jobs[job.key]
            at = moment(self.now)
            claimed = Job(
                1, job.key, job.kind, job.queue, job.stream, at, 1, at, "", job.data
            )
            self.store.decide(*timers.decision(claimed, at, self.policy))

    def rows(self) -> Iterable[AlertRow]:
        return self.store.alerts.values()

    def count_events(self) -> int:
        return sum(map(len, self.store.events.values()))

    # the claims

    @invariant()
    def whatever_fires_has_an_incident(self) -> None:
        for alert in self.heard:
            row = self.store.alerts[SOURCE, NAMES[alert]]
            assert row.status == "firing", (alert, row)
            assert self.store.incidents[row.incident].status in NOT_OVER, row

    @invariant()
    def counts_are_right(self) -> None:
        for incident in self.store.incidents.values():
            rows = [row for row in self.rows() if row.incident == incident.id]
            assert incident.total >= len(rows)
            assert incident.firing == sum(row.status == "firing" for row in rows)

    def new_ones_are_needed(self, before: set[int]) -> None:
        """No incident is opened while another one stands for the same."""
        for number in set(self.store.incidents) - before:
            new = self.store.incidents[number]
            for other in before:
                row = self.store.incidents[other]
                if row.key == new.key and row.status == "resolved":
                    assert row.resolved_at is not None
                    since = moment(self.now) - row.resolved_at
                    assert since > self.policy.cool_down
                assert row.key != new.key or row.status not in NOT_OVER

    def teardown(self) -> None:
        """However it went, asking cures it."""
        self.down = False
        self.evaluate()
        self.now += 600
        self.attend()
        self.reconcile((0, 1))
        for alert in range(COUNT):
            self.agrees(alert)
        for incident in self.store.open():
            assert incident.unknown_since is None
            assert not incident.incomplete
        for _ in range(3):
            self.now += 3600
            self.attend()
        for incident in self.store.open():
            assert incident.firing or "incident reopened" in self.store.kinds(
                incident.id
            ), incident

    def agrees(self, alert: int) -> None:
        row = self.store.alerts.get((SOURCE, NAMES[alert]))
        muted = any(alert in peer.muted(self.silenced) for peer in self.peers)
        if alert not in self.fires:
            assert row is None or row.status == "resolved", row
        elif not muted:
            assert row is not None
            assert row.status == "firing", row
            assert self.store.incidents[row.incident].status in NOT_OVER


class Storms(Histories):
    """The same, where a second incident within a minute is a storm."""

    policy = replace(Histories.policy, storm=1)

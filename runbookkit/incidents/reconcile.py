"""The sender's own list cures what webhooks lose by design.

A resolve that a silence or an inhibition ate, alerts beyond ``max_alerts``, whatever
was sent while we were down: none of it is ever sent again. What cannot be asked is
unknown, and never closed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from runbookkit.incidents import turns
from runbookkit.incidents.alertmanager import fingerprint
from runbookkit.incidents.episodes import Episodes
from runbookkit.incidents.intake import is_open
from runbookkit.incidents.ledger import By, Ledger
from runbookkit.incidents.naming import DEAD_MAN, STORM, key_of, own_key
from runbookkit.model.alert import SeenAlert
from runbookkit.model.incident import NOT_OVER, AlertRow, Changes, Known, Want
from runbookkit.model.listed import ListedAlert, Listing
from runbookkit.model.policy import Policy

_CONFIRM_EVERY: Final = timedelta(minutes=10)
"""Alerts that fire are confirmed no oftener: there may be many."""


def decision(
    source: str, listing: Listing | None, now: datetime, policy: Policy
) -> tuple[Want, Callable[[Known], Changes]]:
    """Return what a store is handed after a source was asked, or could not be."""

    def decide(known: Known) -> Changes:
        return reconcile(source, listing, known, now, policy)

    return want(source, listing, policy), decide


def want(source: str, listing: Listing | None, policy: Policy) -> Want:
    """Return what the decision must know."""
    if listing is None:
        return Want(open_of=(source,))
    alerts = [listed.alert for listed in listing.alerts]
    keys = {key_of(source, alert.labels, {}, policy) for alert in alerts}
    return Want(
        alerts=tuple((source, alert.fingerprint) for alert in alerts),
        keys=(*keys, own_key(STORM, source)),
        firing_of=(source,),
        open_of=(source,),
        opened=policy.storm,
    )


def reconcile(
    source: str, listing: Listing | None, known: Known, now: datetime, policy: Policy
) -> Changes:
    """Return what it changes that a source lists these alerts, or says nothing.

    Args:
        source: Name of the source.
        listing: Everything that it lists; None when it could not be asked.
        known: As ``want`` asks for.
        now: Aware UTC.
        policy: As for webhooks.
    """
    ledger = Ledger(known, policy, By("auto", f"reconciler:{source}", now))
    open_rows = [
        row
        for row in known.incidents.values()
        if row.source == source and row.status in NOT_OVER
    ]
    if listing is None:
        for row in open_rows:
            if row.firing and row.unknown_since is None:
                ledger.change(row.id, unknown_since=now)
                reason = f"{source} cannot be asked"
                ledger.happened(row.id, "state unknown", {"reason": reason})
        return ledger.changes()
    for row in open_rows:
        if row.unknown_since is not None:
            ledger.change(row.id, unknown_since=None)
            ledger.happened(row.id, "state known", {})
    _cure(ledger, source, listing)
    for row in open_rows:
        if row.incomplete and _is_settled(listing, policy):
            turns.complete(ledger, row.id)
    return ledger.changes()


def of_series(
    series: Iterable[tuple[Mapping[str, str], datetime]], asked_at: datetime
) -> Listing:
    """Return the listing that Prometheus' ``ALERTS`` comes to.

    Args:
        series: Labels of the alerts that fire, and since when.
        asked_at: Aware UTC.
    """
    listed = []
    for labels, starts_at in series:
        own = {
            name: value
            for name, value in labels.items()
            if name not in {"__name__", "alertstate"}
        }
        alert = SeenAlert(fingerprint(own), "firing", own, starts_at)
        listed.append(ListedAlert(alert))
    return Listing(tuple(listed), asked_at, exact=False)


def merged(listings: Iterable[Listing]) -> Listing | None:
    """Return what several instances of one source list together; None for none.

    An alert fires as long as one of them says so, and people are told of it as long
    as one of them tells: the instances of a pair agree, but not at once.
    """
    every = list(listings)
    if not every:
        return None
    alerts: dict[str, ListedAlert] = {}
    for listing in every:
        for each in listing.alerts:
            name = each.alert.fingerprint
            other = alerts.get(name, each)
            suppressed = each.suppressed and other.suppressed
            alerts[name] = replace(other, suppressed=suppressed)
    starts = [listing.up_since for listing in every]
    known = [start for start in starts if start is not None]
    return Listing(
        tuple(alerts.values()),
        min(listing.asked_at for listing in every),
        min(known) if len(known) == len(starts) else None,
        all(listing.exact for listing in every),
    )


def watch(
    source: str, known: Known, now: datetime, since: datetime, policy: Policy
) -> Changes:
    """Return what it changes that a source has been silent; it may not have been.

    Args:
        source: Name of a source whose watchdog is expected.
        known: With the alert ``(source, DEAD_MAN)``, and the key of its incident.
        now: Aware UTC.
        since: When this process began to listen: silence before that means nothing.
        policy: As for webhooks.
    """
    row = known.alerts.get((source, DEAD_MAN))
    last = max(row.seen_at, since) if row else since
    silent = now - last >= policy.watchdog_after
    if not silent or (row is not None and row.status == "firing"):
        return Changes()
    ledger = Ledger(known, policy, By("auto", f"watch:{source}", now))
    minutes = int(policy.watchdog_after / timedelta(minutes=1))
    labels = {
        "alertname": f"No sign of life from {source}",
        policy.severity_label: "critical",
    }
    summary = f"no watchdog for {minutes} minutes: alerts may be lost"
    alert = SeenAlert(
        DEAD_MAN, "firing", labels, last, annotations={"summary": summary}
    )
    episodes = Episodes(ledger, source, cause=summary)
    episodes.fire(alert, row, own_key(DEAD_MAN, source))
    episodes.close()
    return ledger.changes()


def watch_decision(
    source: str, now: datetime, since: datetime, policy: Policy
) -> tuple[Want, Callable[[Known], Changes]]:
    """Return what a store is handed to look whether a source is silent."""

    def decide(known: Known) -> Changes:
        return watch(source, known, now, since, policy)

    keys = (own_key(DEAD_MAN, source), own_key(STORM, source))
    return Want(alerts=((source, DEAD_MAN),), keys=keys, opened=policy.storm), decide


def _cure(ledger: Ledger, source: str, listing: Listing) -> None:
    """Make what is known agree with what is listed."""
    episodes = Episodes(ledger, source, cause="the sender's list says so")
    known = [
        row
        for row in ledger.known.alerts.values()
        if row.source == source and row.fingerprint != DEAD_MAN
    ]
    fires = {_name(row.labels) for row in known if is_open(ledger, row)}
    for each in listing.alerts:
        row = ledger.alert(source, each.alert.fingerprint)
        if row is not None and is_open(ledger, row):
            if ledger.by.at - row.seen_at >= _CONFIRM_EVERY:
                episodes.seen(each.alert, row)
        elif listing.exact or _name(each.alert.labels) not in fires:
            _recover(episodes, each, row, listing)
    if _is_settled(listing, ledger.policy):
        names = {_identity(each.alert, listing) for each in listing.alerts}
        for row in known:
            if _identity(row, listing) not in names and _has_ended(row, listing):
                episodes.resolve(row, listing.asked_at)
    episodes.close()


def _recover(
    episodes: Episodes, listed: ListedAlert, row: AlertRow | None, listing: Listing
) -> None:
    """Begin the episode of an alert that should have been sent to us, and was not."""
    ledger, alert = episodes.ledger, listed.alert
    if _was_lost(ledger, listed, row, listing):
        key = key_of(episodes.source, alert.labels, {}, ledger.policy)
        number = episodes.fire(alert, row, key)
        _gap(ledger, number, "firing was not sent to us", alert.labels)


def _identity(alert: SeenAlert | AlertRow, listing: Listing) -> str:
    return alert.fingerprint if listing.exact else _name(alert.labels)


def _name(labels: Mapping[str, str]) -> str:
    return labels.get("alertname", "")


def _was_lost(
    ledger: Ledger, listed: ListedAlert, row: AlertRow | None, listing: Listing
) -> bool:
    """Return whether an alert should have been sent to us, and was not."""
    policy = ledger.policy
    name = listed.alert.labels.get("alertname")
    if listed.suppressed or name in policy.ignored or name in policy.watchdogs:
        return False
    if row is not None and row.seen_at >= listing.asked_at:
        return False
    began = listed.alert.starts_at if row is None else row.since
    return listing.asked_at - began >= policy.lost_after


def _has_ended(row: AlertRow, listing: Listing) -> bool:
    return row.status == "firing" and row.seen_at < listing.asked_at


def _is_settled(listing: Listing, policy: Policy) -> bool:
    """Return whether the absence of an alert means something."""
    up = listing.up_since
    return up is None or listing.asked_at - up >= policy.settle_after


def _gap(ledger: Ledger, number: int, what: str, labels: Mapping[str, str]) -> None:
    alert = {"name": labels.get("alertname", "")}
    ledger.happened(number, "gap found", {"what": what, "alerts": [alert], "count": 1})

"""What a webhook comes to: a pure function of what is known and what was sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from runbookkit.incidents import turns
from runbookkit.incidents.episodes import Episodes
from runbookkit.incidents.ledger import By, Ledger
from runbookkit.incidents.naming import DEAD_MAN, STORM, Keys, own_key
from runbookkit.model.alert import Body, Delivery, SeenAlert, packed
from runbookkit.model.incident import NOT_OVER, AlertRow, Changes, Known, Want
from runbookkit.model.policy import Policy


def decision(
    delivery: Delivery, raw: bytes, policy: Policy
) -> tuple[Want, Callable[[Known], Changes]]:
    """Return what a store is handed to take a webhook in, its body included."""
    body = Body(delivery.source, delivery.received_at, delivery.digest, packed(raw))

    keys = keys_of(delivery, policy)

    def decide(known: Known) -> Changes:
        return replace(take(delivery, known, policy, keys), bodies=(body,))

    return want(delivery, policy, keys), decide


def unreadable(body: Body) -> tuple[Want, Callable[[Known], Changes]]:
    """Return what a store is handed to keep a body that nothing can be made of."""
    return Want(), partial(_kept, body)


def keys_of(delivery: Delivery, policy: Policy) -> dict[str, str]:
    """Return the keys of the incidents that alerts belong to, by fingerprint."""
    keys = Keys(delivery.source, delivery.group_labels, policy)
    return {alert.fingerprint: keys.of(alert.labels) for alert in delivery.alerts}


def want(delivery: Delivery, policy: Policy, keys: Mapping[str, str]) -> Want:
    """Return what the decision on a webhook must know."""
    source = delivery.source
    names = [(source, alert.fingerprint) for alert in delivery.alerts]
    if any(_is_watchdog(alert, policy) for alert in delivery.alerts):
        names.append((source, DEAD_MAN))
    return Want(
        alerts=tuple(names),
        keys=(*set(keys.values()), own_key(STORM, source)),
        opened=policy.storm,
    )


def take(
    delivery: Delivery, known: Known, policy: Policy, keys: Mapping[str, str]
) -> Changes:
    """Return what a webhook changes.

    Only transitions change something: the same webhook again, from whichever
    instance, confirms what is known.
    """
    source = delivery.source
    by = By("", f"alertmanager:{source}", delivery.received_at)
    ledger = Ledger(known, policy, by)
    episodes = Episodes(ledger, source)
    touched: dict[int, None] = {}
    for alert in delivery.alerts:
        if _is_watchdog(alert, policy):
            _watched(episodes, alert)
        elif alert.labels.get("alertname") not in policy.ignored:
            touched[_take_one(episodes, alert, keys)] = None
    episodes.close()
    for number in touched:
        if number:
            _judge_truncation(ledger, number, delivery)
    return ledger.changes()


def _take_one(episodes: Episodes, alert: SeenAlert, keys: Mapping[str, str]) -> int:
    """Take one alert in; returns its incident, 0 for none."""
    ledger = episodes.ledger
    row = ledger.alert(episodes.source, alert.fingerprint)
    if alert.status == "resolved":
        if row is not None and row.status == "firing":
            _ended(episodes, alert, row)
        return row.incident if row else 0
    if row is None or not is_open(ledger, row):
        return episodes.fire(alert, row, keys[alert.fingerprint])
    episodes.seen(alert, row)
    return row.incident


def is_open(ledger: Ledger, row: AlertRow) -> bool:
    """Return whether an alert fires and has an incident that is not over."""
    if row.status != "firing":
        return False
    incident = ledger.incident(row.incident)
    return incident is not None and incident.status in NOT_OVER


def _ended(episodes: Episodes, alert: SeenAlert, row: AlertRow) -> None:
    ended_at = alert.ends_at or episodes.ledger.by.at
    if ended_at <= row.starts_at:
        episodes.stale(row, ended_at)
    else:
        episodes.resolve(row, ended_at)


def _watched(episodes: Episodes, alert: SeenAlert) -> None:
    """The source is alive: it says so with an alert that always fires."""
    ledger, now = episodes.ledger, episodes.ledger.by.at
    if alert.status != "firing":
        return
    row = ledger.alert(episodes.source, DEAD_MAN)
    if row is None:
        row = AlertRow(
            episodes.source,
            DEAD_MAN,
            "resolved",
            {"alertname": "Silence"},
            now,
            now,
            0,
            now,
        )
    elif row.status == "firing":
        episodes.resolve(row, now)
        return
    ledger.put_alert(replace(row, seen_at=now))


def _judge_truncation(ledger: Ledger, number: int, delivery: Delivery) -> None:
    """Where the sender leaves alerts out, their absence means nothing."""
    row = ledger.incident(number)
    if row is None:
        return
    left_out = dict(row.data.get("left_out", {}))
    if delivery.truncated:
        if not row.incomplete:
            told = {"left_out": delivery.truncated, "group_key": delivery.group_key}
            ledger.happened(row.id, "alerts truncated", told)
        if left_out.get(delivery.group_key) != delivery.truncated:
            left_out[delivery.group_key] = delivery.truncated
            ledger.remember(row.id, left_out=left_out)
            ledger.change(row.id, incomplete=True)
    elif left_out.pop(delivery.group_key, 0):
        ledger.remember(row.id, left_out=left_out)
        if not left_out:
            turns.complete(ledger, row.id)


def _is_watchdog(alert: SeenAlert, policy: Policy) -> bool:
    return alert.labels.get("alertname") in policy.watchdogs


def _kept(body: Body, _: Known) -> Changes:
    return Changes(bodies=(body,))

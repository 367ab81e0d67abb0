"""What is lost by design is cured by asking."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deliveries import NOON, POLICY, alert, at, deliver, pass_time, status
from memory import Memory
from runbookkit.incidents import reconcile
from runbookkit.incidents.alertmanager import fingerprint
from runbookkit.model.alert import SeenAlert
from runbookkit.model.listed import ListedAlert, Listing

SLOW = {"alertname": "Slow"}


@pytest.fixture
def store() -> Memory:
    return Memory()


def listed(*names: str, start: float = 0, suppressed: bool = False) -> ListedAlert:
    labels = {"alertname": names[0]}
    seen = SeenAlert(fingerprint(labels), "firing", labels, at(start))
    return ListedAlert(seen, suppressed)


def listing(minutes: float, *alerts: ListedAlert, up: float = -60) -> Listing:
    return Listing(alerts, at(minutes), at(up))


def ask(store: Memory, minutes: float, answer: Listing | None) -> None:
    store.decide(*reconcile.decision("prod", answer, at(minutes), POLICY))


def test_a_resolve_that_a_silence_ate_is_found(store: Memory) -> None:
    deliver(store, 0, alert())

    ask(store, 5, listing(5))
    pass_time(store, 10)

    assert status(store) == "resolved"


def test_a_silenced_alert_that_still_fires_stays_open(store: Memory) -> None:
    deliver(store, 0, alert())

    ask(store, 5, listing(5, listed("Slow", suppressed=True)))

    assert store.incidents[1].firing == 1


def test_a_firing_that_was_sent_while_we_were_down_is_found(store: Memory) -> None:
    ask(store, 5, listing(5, listed("Slow")))

    assert status(store) == "open"
    assert "gap found" in store.kinds()


def test_an_alert_that_is_about_to_be_sent_is_left_to_the_webhook(
    store: Memory,
) -> None:
    ask(store, 5, listing(5, listed("Slow", start=4.5)))

    assert not store.incidents


def test_nobody_is_told_of_a_suppressed_alert_so_it_opens_nothing(
    store: Memory,
) -> None:
    ask(store, 5, listing(5, listed("Slow", suppressed=True)))

    assert not store.incidents


def test_what_was_heard_after_asking_is_newer_than_the_answer(store: Memory) -> None:
    deliver(store, 6, alert(start=5.9))

    ask(store, 7, listing(5))

    assert store.incidents[1].firing == 1


def test_a_sender_that_has_just_started_does_not_know_all_alerts(
    store: Memory,
) -> None:
    deliver(store, 0, alert())

    ask(store, 5, listing(5, up=4))

    assert store.incidents[1].firing == 1


def test_where_nobody_can_be_asked_it_is_unknown_and_not_closed(store: Memory) -> None:
    deliver(store, 0, alert())
    ask(store, 5, None)
    ask(store, 6, None)

    assert store.incidents[1].unknown_since == at(5)
    assert store.kinds().count("state unknown") == 1
    pass_time(store, 13)
    assert status(store) == "open"


def test_once_it_can_be_asked_again_it_is_known(store: Memory) -> None:
    deliver(store, 0, alert())
    ask(store, 5, None)

    ask(store, 14, listing(14, listed("Slow")))

    assert store.incidents[1].unknown_since is None
    assert store.kinds()[-1] == "state known"


def test_asking_completes_what_was_truncated(store: Memory) -> None:
    deliver(store, 0, alert(), truncatedAlerts=1)

    ask(store, 5, listing(5, listed("Slow"), listed("Hidden")))

    assert not store.incidents[1].incomplete
    assert len(store.open()) == 2


def test_a_pair_lists_what_either_of_them_lists() -> None:
    one = listing(5, listed("A"), listed("B", suppressed=True), up=4)
    other = listing(6, listed("B"))

    both = reconcile.merged([one, other])

    assert both is not None
    names = {each.alert.labels["alertname"]: each.suppressed for each in both.alerts}
    assert names == {"A": False, "B": False}
    assert (both.asked_at, both.up_since) == (at(5), at(-60))
    assert reconcile.merged([]) is None


def test_prometheus_is_compared_by_name_and_closes_what_no_longer_fires(
    store: Memory,
) -> None:
    deliver(store, 0, alert("Slow", replica="a"), alert("Errors", replica="a"))
    series = {"__name__": "ALERTS", "alertname": "Slow", "alertstate": "firing"}

    ask(store, 5, reconcile.of_series([(series, NOON)], at(5)))

    rows = {row.labels["alertname"]: row.status for row in store.alerts.values()}
    assert rows == {"Slow": "firing", "Errors": "resolved"}


def test_prometheus_tells_of_alerts_that_nobody_sent(store: Memory) -> None:
    ask(store, 5, reconcile.of_series([(SLOW, NOON)], at(5)))

    assert store.incidents[1].firing == 1


def watch(store: Memory, minutes: float, since: float = 0) -> None:
    decision = reconcile.watch_decision("prod", at(minutes), at(since), POLICY)
    store.decide(*decision)


def test_silence_of_the_watchdog_is_an_incident_until_it_is_heard_again(
    store: Memory,
) -> None:
    deliver(store, 0, alert("Watchdog"))
    watch(store, 9)
    assert not store.incidents

    watch(store, 10)
    watch(store, 11)
    assert store.incidents[1].severity == "critical"
    assert store.incidents[1].firing == 1

    deliver(store, 12, alert("Watchdog"))
    pass_time(store, 20)
    assert status(store) == "resolved"


def test_silence_before_we_listened_means_nothing(store: Memory) -> None:
    watch(store, 9, since=0)
    assert not store.incidents

    watch(store, 10, since=0)
    assert store.incidents[1].title.startswith("No sign of life from prod")


def test_asking_does_not_close_what_silence_opened(store: Memory) -> None:
    watch(store, 10)

    ask(store, 15, listing(15))
    pass_time(store, 60)

    assert status(store) == "open"


def test_a_listing_of_thousands_is_taken_at_once(store: Memory) -> None:
    many = [listed(f"A{number}") for number in range(2000)]
    answer = Listing(tuple(many), at(5), NOON - timedelta(hours=1))

    ask(store, 5, answer)

    assert sum(row.firing for row in store.incidents.values()) == 2000

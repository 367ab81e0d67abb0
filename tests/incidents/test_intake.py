"""Episodes and incidents: every case was seen with a real Alertmanager."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from deliveries import POLICY, alert, at, deliver, pass_time, status
from memory import Memory
from runbookkit.incidents import commands
from runbookkit.model.command import Command


@pytest.fixture
def store() -> Memory:
    return Memory()


def queued(store: Memory, queue: str = "chat") -> list[str]:
    return [job.kind for job in store.jobs.values() if job.queue == queue]


def test_an_alert_opens_one_incident_and_plans_the_first_minute(store: Memory) -> None:
    deliver(store, 0, alert(severity="page", service="shop"))

    row = store.incidents[1]
    assert (row.key, row.title) == ("prod?service=shop", "Slow: shop")
    assert (row.severity, row.service, row.firing, row.total) == ("high", "shop", 1, 1)
    assert store.kinds() == ["incident opened", "alert firing"]
    assert queued(store) == ["open channel", "show status", "page", "annotate"]
    assert queued(store, "evidence") == ["gather evidence"]


def test_the_same_webhook_again_changes_nothing(store: Memory) -> None:
    deliver(store, 0, alert())
    jobs = set(store.jobs)

    changes = deliver(store, 1, alert())

    assert not changes.events
    assert not changes.incidents
    assert set(store.jobs) == jobs


def test_alerts_that_agree_in_the_key_labels_share_an_incident(store: Memory) -> None:
    deliver(store, 0, alert("Slow", service="a"), alert("Errors", service="a"))
    deliver(store, 1, alert("Slow", service="b"))

    assert [row.key for row in store.open()] == ["prod?service=a", "prod?service=b"]
    assert store.incidents[1].firing == 2


def test_an_incident_is_resolved_once_its_alerts_stayed_quiet(store: Memory) -> None:
    deliver(store, 0, alert(severity="page"))
    deliver(store, 3, alert(severity="page", end=3), status="resolved")

    pass_time(store, 7.9)
    assert status(store) == "open"
    pass_time(store, 8)

    assert status(store) == "resolved"
    assert store.incidents[1].resolved_at == at(8)
    assert "resolve page" in queued(store)


def test_a_flap_within_the_grace_stays_one_incident_and_waits_longer(
    store: Memory,
) -> None:
    deliver(store, 0, alert())
    deliver(store, 1, alert(end=1))
    deliver(store, 2, alert(start=1.5))
    deliver(store, 3, alert(start=1.5, end=3))

    pass_time(store, 12.9)
    assert status(store) == "open"
    pass_time(store, 13)

    assert status(store) == "resolved"
    assert store.kinds().count("alert fired again") == 1


def test_firing_after_resolved_reopens_within_the_cool_down_and_pages_again(
    store: Memory,
) -> None:
    deliver(store, 0, alert(severity="page"))
    deliver(store, 1, alert(severity="page", end=1))
    pass_time(store, 6)

    deliver(store, 20, alert(severity="page", start=19))

    assert status(store) == "open"
    assert store.kinds()[-2:] == ["incident reopened", "alert fired again"]
    assert queued(store).count("page") == 2
    assert queued(store).count("open channel") == 1


def test_firing_long_after_resolved_is_a_new_incident(store: Memory) -> None:
    deliver(store, 0, alert())
    deliver(store, 1, alert(end=1))
    pass_time(store, 6)

    deliver(store, 60, alert(start=59))

    assert status(store) == "resolved"
    assert status(store, 2) == "open"


def test_starts_at_that_moves_back_is_the_same_episode(store: Memory) -> None:
    deliver(store, 1, alert(start=1))

    changes = deliver(store, 2, alert(start=0.5))

    assert not changes.events
    assert store.incidents[1].firing == 1


def test_the_same_starts_at_twice_is_two_episodes(store: Memory) -> None:
    deliver(store, 0, alert(start=0))
    deliver(store, 1, alert(start=0, end=1))

    deliver(store, 2, alert(start=0))

    assert store.incidents[1].firing == 1
    assert store.kinds()[-1] == "alert fired again"


def test_after_a_restart_of_the_sender_a_resolve_with_a_new_start_closes(
    store: Memory,
) -> None:
    deliver(store, 0, alert(start=0))

    deliver(store, 3, alert(start=3, end=3))

    assert store.incidents[1].firing == 0


def test_an_old_resolve_is_recorded_and_closes_nothing(store: Memory) -> None:
    deliver(store, 10, alert(start=10))

    deliver(store, 11, alert(start=2, end=5))

    assert store.incidents[1].firing == 1
    assert store.kinds()[-1] == "alert stale"


def test_a_resolve_of_an_alert_that_nobody_knows_opens_nothing(store: Memory) -> None:
    changes = deliver(store, 1, alert(end=1))

    assert not changes.incidents
    assert not changes.events


def test_a_group_key_that_changes_opens_nothing_new(store: Memory) -> None:
    deliver(store, 0, alert())

    changes = deliver(store, 1, alert(), groupKey='{}/{team="x"}:{alertname="Slow"}')

    assert not changes.events


def test_firing_and_resolved_in_one_webhook_are_told_apart(store: Memory) -> None:
    other = alert(service="a", pod="2")
    deliver(store, 0, alert(service="a", pod="1"), other)

    deliver(store, 1, alert(end=1, service="a", pod="1"), other)

    assert store.incidents[1].firing == 1
    pass_time(store, 60)
    assert status(store) == "open"


def test_where_alerts_are_left_out_quiet_means_nothing(store: Memory) -> None:
    deliver(store, 0, alert(), truncatedAlerts=2)
    deliver(store, 1, alert(end=1), truncatedAlerts=2)
    pass_time(store, 30)

    assert store.incidents[1].incomplete
    assert status(store) == "open"
    assert store.kinds().count("alerts truncated") == 1


def test_a_whole_webhook_of_the_group_makes_it_complete_again(store: Memory) -> None:
    deliver(store, 0, alert(), truncatedAlerts=2)
    deliver(store, 1, alert(end=1))
    pass_time(store, 30)

    assert not store.incidents[1].incomplete
    assert status(store) == "resolved"


def test_a_worse_alert_raises_the_severity_and_pages(store: Memory) -> None:
    deliver(store, 0, alert("Slow", service="a", severity="warning"))
    assert "page" not in queued(store)

    deliver(store, 1, alert("Down", service="a", severity="critical"))

    assert store.incidents[1].severity == "critical"
    assert queued(store).count("page") == 1


def test_the_same_alert_of_two_sources_is_two_alerts(store: Memory) -> None:
    deliver(store, 0, alert())
    store.alerts = {("other", name): row for (_, name), row in store.alerts.items()}

    deliver(store, 1, alert())

    assert store.incidents[1].total == 2


def test_a_storm_becomes_one_umbrella(store: Memory) -> None:
    policy = replace(POLICY, storm=5)
    for number in range(40):
        deliver(store, number / 60, alert(service=str(number)), policy=policy)

    rows = list(store.incidents.values())
    assert len(rows) == 6
    assert rows[-1].title == "Storm of alerts from prod"
    assert rows[-1].firing == 35


def test_after_a_storm_is_calm_new_alerts_have_incidents_again(store: Memory) -> None:
    policy = replace(POLICY, storm=2)
    for number in range(5):
        deliver(store, 0, alert(service=str(number)), policy=policy)

    deliver(store, 6, alert(service="late"), policy=policy)

    assert store.incidents[4].key == "prod?service=late"


def test_a_status_is_shown_under_one_name_however_often_it_changes(
    store: Memory,
) -> None:
    deliver(store, 0, alert("A", service="x"))
    changes = deliver(store, 1, alert("B", service="x"), alert("C", service="x"))

    assert [job.key for job in changes.jobs] == ["runbookkit:1:chat show status"]
    assert queued(store).count("show status") == 1


def test_below_the_bounds_there_is_neither_page_nor_channel(store: Memory) -> None:
    deliver(store, 0, alert(severity="info"))

    assert queued(store) == ["annotate"]


def test_without_grace_an_incident_is_resolved_with_its_alerts(store: Memory) -> None:
    policy = replace(POLICY, resolve_grace=timedelta())
    deliver(store, 0, alert(), policy=policy)

    deliver(store, 1, alert(end=1), policy=policy)

    assert status(store) == "resolved"


def test_ignored_alerts_and_watchdogs_are_no_incidents(store: Memory) -> None:
    deliver(store, 0, alert("InfoInhibitor"), alert("Watchdog"))

    assert not store.incidents
    assert [name for _, name in store.alerts] == ["dead-man"]


def test_an_umbrella_that_was_merged_away_is_none_any_more(store: Memory) -> None:
    policy = replace(POLICY, storm=1)
    for name in ("a", "b"):
        deliver(store, 0, alert(service=name), policy=policy)
    merge = Command("merge", 2, "kim", "terminal", at(0), into=1)
    store.decide(*commands.decision(merge, policy))

    deliver(store, 0.5, alert(service="c"), policy=policy)

    assert [row.key for row in store.open()] == ["prod?service=a", "prod#storm"]


def test_a_storm_soon_after_the_last_one_reopens_its_umbrella(store: Memory) -> None:
    policy = replace(POLICY, storm=1, resolve_grace=timedelta())
    deliver(store, 0, alert(service="a"), alert(service="b"), policy=policy)
    deliver(store, 1, alert(service="b", end=1), policy=policy)
    assert status(store, 2) == "resolved"

    deliver(store, 10, alert(service="c"), alert(service="d"), policy=policy)

    assert [row.key for row in store.open()] == [
        "prod?service=a",
        "prod#storm",
        "prod?service=c",
    ]
    assert status(store, 2) == "open"

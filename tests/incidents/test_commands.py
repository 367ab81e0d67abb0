from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from deliveries import POLICY, alert, at, deliver, pass_time, status
from memory import Memory
from runbookkit.errors import IncidentError
from runbookkit.incidents import commands
from runbookkit.model.command import Command, CommandKind
from runbookkit.model.incident import Changes


@pytest.fixture
def store() -> Memory:
    """A store with one incident that fires and pages."""
    store = Memory()
    deliver(store, 0, alert(severity="page", service="a"))
    return store


def ask(store: Memory, kind: CommandKind, number: int = 1, **more: Any) -> Changes:
    minutes = more.pop("minutes", 1)
    command = Command(kind, number, "kim", "terminal", at(minutes), **more)
    return store.decide(*commands.decision(command, POLICY))


def planned(changes: Changes) -> list[str]:
    return [job.kind for job in changes.jobs]


def test_acknowledging_is_told_to_the_pager_and_shown(store: Memory) -> None:
    changes = ask(store, "acknowledge")

    assert status(store) == "acknowledged"
    assert planned(changes) == ["show status", "acknowledge page"]
    assert store.events["incident/1"][-1].actor == "kim"


@pytest.mark.parametrize("kind", ["acknowledge", "mitigate"])
def test_what_is_so_already_changes_nothing(store: Memory, kind: CommandKind) -> None:
    ask(store, kind)

    assert ask(store, kind) == Changes()


def test_a_command_with_a_key_is_carried_out_once_whatever_happened_since(
    store: Memory,
) -> None:
    ask(store, "mitigate", key="slack:1")
    ask(store, "resolve", minutes=2, even_firing=True)
    ask(store, "reopen", minutes=3)

    again = ask(store, "mitigate", minutes=4, key="slack:1")

    assert again == Changes()
    assert status(store) == "open"


def test_a_command_that_changed_nothing_does_not_change_something_later(
    store: Memory,
) -> None:
    ask(store, "mitigate")
    ask(store, "mitigate", minutes=2, key="slack:1")
    ask(store, "resolve", minutes=3, even_firing=True)
    ask(store, "reopen", minutes=4)

    again = ask(store, "mitigate", minutes=5, key="slack:1")

    assert again == Changes()
    assert store.kinds().count("asked again") == 1
    assert status(store) == "open"


def test_the_whole_way_and_back(store: Memory) -> None:
    ask(store, "mitigate")
    deliver(store, 2, alert(severity="page", service="a", end=2))
    ask(store, "resolve", minutes=3)
    ask(store, "review", minutes=4)
    ask(store, "reopen", minutes=5, text="not so fast")

    assert status(store) == "open"
    assert store.kinds()[-1] == "incident reopened"


def test_an_incident_whose_alerts_fire_is_not_resolved_by_accident(
    store: Memory,
) -> None:
    with pytest.raises(IncidentError, match=r"1 of its alerts fire.*--even-firing"):
        ask(store, "resolve")

    assert status(store) == "open"


def test_resolved_all_the_same_it_reopens_when_the_alert_is_heard_of(
    store: Memory,
) -> None:
    ask(store, "resolve", even_firing=True)
    assert store.incidents[1].firing == 0

    deliver(store, 5, alert(severity="page", service="a"))

    assert status(store) == "open"
    assert store.incidents[1].firing == 1


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("review", {}),
        ("note", {"text": " "}),
        ("title", {"text": "\x00"}),
        ("role", {}),
        ("severity", {}),
        ("merge", {"into": 1}),
        ("merge", {"into": 9}),
        ("split", {"fingerprints": ("none",)}),
        ("promote", {}),
        ("edit", {"entry": "e1"}),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(
    store: Memory, kind: CommandKind, more: dict[str, Any]
) -> None:
    events = len(store.kinds())

    with pytest.raises(IncidentError, match="incident 1"):
        ask(store, kind, **more)

    assert len(store.kinds()) == events


def test_a_command_to_no_incident_is_refused(store: Memory) -> None:
    with pytest.raises(IncidentError, match="none of that number"):
        ask(store, "note", 7, text="x")


def test_a_note_with_a_key_is_taken_once(store: Memory) -> None:
    ask(store, "note", text="it is the cache", key="slack:1")
    ask(store, "note", text="it is the cache", key="slack:1")

    assert store.kinds().count("note added") == 1


def test_roles_are_taken_and_given_up(store: Memory) -> None:
    ask(store, "role", role="lead", person="kim")
    ask(store, "role", role="scribe", person="ada")
    ask(store, "role", role="lead", person="")

    assert store.incidents[1].data["roles"] == {"scribe": "ada"}


def test_a_severity_set_by_hand_stays(store: Memory) -> None:
    ask(store, "severity", severity="low")

    deliver(store, 2, alert("Down", service="a", severity="critical"))

    assert store.incidents[1].severity == "low"


@pytest.mark.parametrize(
    ("into", "said"), [(1, "into itself; name another"), (9, "no incident 9")]
)
def test_a_merge_that_cannot_be_says_why(store: Memory, into: int, said: str) -> None:
    with pytest.raises(IncidentError, match=said):
        ask(store, "merge", into=into)


def test_merged_incidents_go_on_as_one(store: Memory) -> None:
    deliver(store, 1, alert(service="b"))
    ask(store, "merge", 2, into=1, minutes=2)

    deliver(store, 3, alert("New", service="b"))

    assert status(store, 2) == "merged"
    assert store.incidents[1].firing == 3
    assert {row.incident for row in store.alerts.values()} == {1}
    with pytest.raises(IncidentError, match="merged into 1"):
        ask(store, "note", 2, text="x")


def test_after_a_merged_incident_is_long_over_its_key_opens_a_new_one(
    store: Memory,
) -> None:
    deliver(store, 1, alert(service="b"))
    ask(store, "merge", 2, into=1, minutes=2)
    ask(store, "resolve", even_firing=True, minutes=3)

    deliver(store, 60, alert(service="b", start=59))

    assert store.incidents[3].key == "prod?service=b"


def test_split_alerts_have_an_incident_of_their_own(store: Memory) -> None:
    deliver(store, 1, alert("Other", service="a"))
    other = next(
        row.fingerprint
        for row in store.alerts.values()
        if row.labels["alertname"] == "Other"
    )
    ask(store, "split", fingerprints=(other,), minutes=2)

    deliver(store, 3, alert("Other", service="a", end=3))
    pass_time(store, 30)

    assert (status(store), status(store, 2)) == ("open", "resolved")
    assert (store.incidents[1].firing, store.incidents[2].total) == (1, 1)


def test_reopening_beside_an_open_incident_for_the_same_is_refused(
    store: Memory,
) -> None:
    ask(store, "resolve", even_firing=True)
    deliver(store, 60, alert(severity="page", service="a", start=59))

    with pytest.raises(IncidentError, match="incident 2 is open for the same"):
        ask(store, "reopen", minutes=61)


def test_nobody_acknowledges_so_people_are_reminded_and_paged(store: Memory) -> None:
    pass_time(store, 15)

    assert store.kinds().count("reminder due") == 1
    assert [job.key for job in store.jobs.values() if job.kind == "page"] == [
        "runbookkit:1:chat page:1",
        "runbookkit:1:chat page:2",
    ]


def test_once_acknowledged_there_are_no_such_reminders(store: Memory) -> None:
    ask(store, "acknowledge")
    ask(store, "note", text="on it", minutes=40)

    pass_time(store, 90)

    assert "reminder due" not in store.kinds()


def test_a_mitigated_incident_is_not_forgotten(store: Memory) -> None:
    ask(store, "mitigate")
    policy = replace(POLICY, update_within=POLICY.update_within * 0)

    pass_time(store, 12 * 60 + 1, policy)

    texts = [event.data.get("text", "") for event in store.events["incident/1"]]
    assert any("Still only mitigated" in text for text in texts)

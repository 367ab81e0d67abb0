"""Silences as people ask for them and incidents end them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from runbookkit.errors import IncidentError
from runbookkit.incidents.commands import obey
from runbookkit.model.command import Command
from runbookkit.model.incident import AlertRow, Changes, IncidentRow, Known
from runbookkit.model.policy import Policy

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
POLICY = Policy(integrations={"alertmanager": frozenset({"silence", "end silences"})})
ROW = IncidentRow(
    41, "prod?service=shop", "open", "high", "Slow: shop", NOON, NOON, 1, "prod"
)


def alert(fingerprint: str, **labels: str) -> AlertRow:
    told = {"alertname": "Slow", "service": "shop", **labels}
    return AlertRow("prod", fingerprint, "firing", told, NOON, NOON, 41, NOON)


def known(row: IncidentRow, *alerts: AlertRow) -> Known:
    by_name = {(each.source, each.fingerprint): each for each in alerts}
    return Known(by_name, {row.key: row}, {row.id: row}, 42)


def ask(**told: object) -> Command:
    silence = Command("silence", 41, "ada", "terminal", NOON, text="deploying")
    return replace(silence, **{"until": NOON + timedelta(hours=2), **told})  # type: ignore[arg-type]


def asked(command: Command, *alerts: AlertRow, policy: Policy = POLICY) -> Changes:
    return obey(command, known(ROW, *alerts), policy)


def test_a_silence_names_what_all_alerts_that_fire_have_alike() -> None:
    changes = asked(ask(), alert("a", pod="1"), alert("b", pod="2"))

    (job,) = changes.jobs
    assert (job.queue, job.kind, job.stream) == (
        "alertmanager",
        "silence",
        "incident/41",
    )
    assert job.data == {
        "labels": {"alertname": "Slow", "service": "shop"},
        "until": "2026-11-20T14:00:00+00:00",
        "author": "ada",
        "text": "deploying",
    }


@pytest.mark.parametrize("hours", [None, 0, -1, 25])
def test_a_silence_without_an_end_is_refused(hours: float | None) -> None:
    until = None if hours is None else NOON + timedelta(hours=hours)

    with pytest.raises(IncidentError, match="ends some time"):
        asked(ask(until=until), alert("a"))


def test_alerts_that_share_nothing_are_not_silenced() -> None:
    other = replace(alert("b"), labels={"alertname": "Down", "service": "cart"})

    with pytest.raises(IncidentError, match="share no label"):
        asked(ask(), alert("a"), other)


def test_where_nothing_makes_silences_that_is_said() -> None:
    with pytest.raises(IncidentError, match=r"notifiers\.alertmanager"):
        asked(ask(), alert("a"), policy=Policy())


def test_silences_end_with_their_incident() -> None:
    (silenced,) = asked(ask(), alert("a")).incidents
    resolve = Command("resolve", 41, "ada", "terminal", NOON, even_firing=True)

    resolved = obey(resolve, known(silenced, alert("a")), POLICY)
    never_silenced = obey(resolve, known(ROW, alert("a")), POLICY)

    assert "end silences" in {job.kind for job in resolved.jobs}
    assert "end silences" not in {job.kind for job in never_silenced.jobs}

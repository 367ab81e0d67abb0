from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from doubles.clocks import StillClock
from houses import LABELS, House
from runbookkit.app.first_minute import Looking, evidence_performer, look, run_of
from runbookkit.app.running import redactor
from runbookkit.errors import BackendUnavailableError, StoreError
from runbookkit.execute.outside import Outside
from runbookkit.model.answer import Answer, Ask
from runbookkit.model.change import Deploy, deploy_event, deploy_stream
from runbookkit.model.incident import Changes, Known, Want
from runbookkit.model.options import Configuration, Grafana, LintOptions
from runbookkit.queries.quoting import render
from runbookkit.settings import Loaded

PAGE = """\
---
format: runbook/v1
title: Shop fails
service: shop
owner: team-shop
severity: page
alerts: [ShopFails]
---

# Shop fails

## Diagnosis

### Do requests fail?

**In Prometheus**:

```promql
shop_error_ratio
```

**Expect:** more than 1 % fail: `value > 0.01`

- **Met:** continue
- **Not met:** escalate

## Mitigation

### Switch it over

**In a shell**, within 15s:

```bash
touch /tmp/never-made
```

**Changes:** the provider

**Expect:** `exit_code == 0`

**Rollback:** none, because nothing is lost

- **Met:** stop
- **Not met:** escalate

## Escalation

Page `team-shop`.
"""


class Engine:
    """Answers one query, and keeps count."""

    name = "prometheus"
    languages: tuple[str, ...] = ("promql", "bash")

    def __init__(self) -> None:
        self.asked: list[str] = []

    def ask(self, ask: Ask) -> Answer:
        """Return that a fifth fails."""
        self.asked.append(ask.text)
        if ask.text.strip() != "shop_error_ratio":
            raise BackendUnavailableError("is down", backend=self.name)
        series = [{"labels": {}, "value": 0.2}]
        names = {"series": series, "value": 0.2}
        return Answer("instant", names, self.name, ask.text, ask.now, timedelta())

    def link(self, ask: Ask) -> str:  # noqa: ARG002
        """Return nothing."""
        return ""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    (tmp_path / "handbook").mkdir()
    (tmp_path / "handbook" / "shop-fails.md").write_text(PAGE)
    made = House(tmp_path)
    yield made
    made.store.close()


def looking_at(house: House, engine: Engine, folder: Path) -> Looking:
    numbers = count(1)
    outside = Outside(
        house.store,
        dict.fromkeys(engine.languages, engine),
        StillClock(house.now),
        render,
        redactor(),
        lambda: f"n{next(numbers)}",
        ahead=False,
    )
    configuration = Configuration(lint=LintOptions(handbook=("handbook",)))
    return Looking(
        house.store, outside, Loaded(configuration, str(folder)), {}, Grafana()
    )


def page_of(house: House) -> int:
    url = "https://wiki.example/runbooks/shop-fails.md"
    return house.alert(0, annotations={"runbook_url": url})


def test_reading_steps_run_and_a_change_waits_for_a_person(
    house: House, tmp_path: Path
) -> None:
    number, engine = page_of(house), Engine()

    events = look(number, "key", looking_at(house, engine, tmp_path))

    run = house.store.read(f"run/{run_of('key')}")
    assert [e.kind for e in run if e.kind.startswith(("step", "change", "run"))] == [
        "run started",
        "step entered",
        "step judged",
        "step entered",
        "run paused",
    ]
    assert "shop_error_ratio" in {text.strip() for text in engine.asked}
    assert not any("touch" in text for text in engine.asked)
    proposed = next(e for e in events if e.kind == "next step proposed")
    assert proposed.data["text"] == "Approve the change 'Switch it over'"


def test_looking_again_under_the_same_key_is_looking_once(
    house: House, tmp_path: Path
) -> None:
    number = page_of(house)
    first = look(number, "key", looking_at(house, Engine(), tmp_path))
    before = house.store.read(f"run/{run_of('key')}")

    second = look(number, "key", looking_at(house, Engine(), tmp_path))

    assert [each.key for each in second] == [each.key for each in first]
    assert house.store.read(f"run/{run_of('key')}") == before


def test_a_job_that_is_done_again_keeps_everything_once(
    house: House, tmp_path: Path
) -> None:
    number = page_of(house)
    stream = f"incident/{number}"
    job = house.store.claim("w", ("evidence",), house.now, timedelta(minutes=5))
    assert job is not None
    before = len(house.store.read(stream))

    evidence_performer(looking_at(house, Engine(), tmp_path))(job)
    once = [each.kind for each in house.store.read(stream)]
    evidence_performer(looking_at(house, Engine(), tmp_path))(job)

    assert [each.kind for each in house.store.read(stream)] == once
    assert once[before:][-2:] == ["run attached", "next step proposed"]


@pytest.mark.parametrize("kept", range(1, 6))
def test_a_look_that_a_crash_ended_goes_on(
    house: House, tmp_path: Path, kept: int
) -> None:
    number = page_of(house)
    crashing = looking_at(house, Engine(), tmp_path)
    calls = count(1)

    def watch(*_: object) -> None:
        if next(calls) == kept:
            raise StoreError("the machine is gone")

    with pytest.raises(StoreError):
        look(
            number,
            "key",
            Looking(
                house.store,
                crashing.outside,
                crashing.loaded,
                {},
                Grafana(),
                watch,
            ),
        )
    events = look(number, "key", looking_at(house, Engine(), tmp_path))

    run = house.store.read(f"run/{run_of('key')}")
    assert [e.kind for e in run].count("run started") == 1
    assert [e.kind for e in run].count("step judged") == 1
    assert run[-1].kind == "run paused"
    assert [e.kind for e in events].count("run attached") == 1


def test_deploys_shortly_before_are_attached(house: House, tmp_path: Path) -> None:
    house.at(-20)
    for minutes, name in ((-300, "old"), (-20, "young")):
        deploy = Deploy(name, "shop", "finished", house.at(minutes), "", name)
        house.store.decide(Want(), partial(_deployed, deploy))
    number = page_of(house)

    events = look(number, "key", looking_at(house, Engine(), tmp_path))

    told = [e.data["text"] for e in events if "deploy" in e.data]
    assert told == [
        "deploy of shop young finished, 20 min before the incident was opened"
    ]


def test_without_a_runbook_it_says_so(house: House, tmp_path: Path) -> None:
    number = house.alert(0, labels=LABELS)

    events = look(number, "key", looking_at(house, Engine(), tmp_path))

    (proposed,) = (e for e in events if e.kind == "next step proposed")
    assert proposed.data["text"].startswith("No runbook could be followed: the alert")


def test_a_step_that_could_not_be_checked_is_not_done(
    house: House, tmp_path: Path
) -> None:
    page = tmp_path / "handbook" / "shop-fails.md"
    page.write_text(PAGE.replace("shop_error_ratio", "vector(1)"))

    events = look(page_of(house), "key", looking_at(house, Engine(), tmp_path))

    texts = {each.kind: each.data["text"] for each in events}
    assert "0 reading steps done, 1 could not be checked" in texts["run attached"]
    assert texts["next step proposed"].startswith("Check yourself 'Do requests fail?'")


def test_an_address_outside_is_never_fetched_only_its_name_counts(
    house: House, tmp_path: Path
) -> None:
    url = "http://169.254.169.254/../../etc/passwd"
    number = house.alert(0, annotations={"runbook_url": url})

    events = look(number, "key", looking_at(house, Engine(), tmp_path))

    (proposed,) = (e for e in events if e.kind == "next step proposed")
    assert "no runbook 'passwd'" in proposed.data["text"]


def _deployed(deploy: Deploy, _: Known) -> Changes:
    return Changes(events={deploy_stream("shop"): (deploy_event(deploy, "ci"),)})

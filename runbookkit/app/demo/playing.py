"""Play the recorded incident: everything but servers and people is the real thing."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

from runbookkit.app.assessing import bring_up_to_date, measuring
from runbookkit.app.beginning import found_again
from runbookkit.app.demo.story import (
    Story,
    begin_before,
    handbook_files,
    moved,
    read_story,
)
from runbookkit.app.demo.tape import StoryClock, Tape
from runbookkit.app.desk import Desk
from runbookkit.app.first_minute import Looking, look, run_of
from runbookkit.app.objectives import known_objectives
from runbookkit.app.postmortems.gathering import impacts_of
from runbookkit.app.postmortems.writing import Written, write_draft
from runbookkit.app.running import redactor
from runbookkit.execute import person as say
from runbookkit.execute.needs import Approve, Choose, Confirm, RunAction
from runbookkit.execute.outside import Outside, stream_of
from runbookkit.execute.runner import Runner
from runbookkit.incidents import alertmanager, commands, intake, timers
from runbookkit.incidents.planning import EVIDENCE_QUEUE, TIMER_QUEUE
from runbookkit.model.answer import Ask
from runbookkit.model.change import Deploy
from runbookkit.model.command import Command, CommandKind
from runbookkit.model.effect import EffectKind
from runbookkit.model.event import Event, NewEvent
from runbookkit.model.impact import Impact
from runbookkit.model.incident import IncidentRow
from runbookkit.model.job import Job
from runbookkit.model.options import Configuration, LintOptions
from runbookkit.model.policy import Policy
from runbookkit.model.runstate import RunState
from runbookkit.ports import IncidentStore
from runbookkit.queries.quoting import render
from runbookkit.settings import Loaded
from runbookkit.store.open import open_store

WHO: Final = "robin"
"""Who is on call in the story; the postmortem calls them by their role."""
_SOURCE: Final = "prod"
_PAGER: Final = "pager"
_LEASE: Final = timedelta(minutes=5)
_PLACE: Final = "terminal"


class Teller:
    """Who the story is told to; nothing has to be listened to."""

    def scene(self, at: datetime, title: str, text: str) -> None:
        """Begin a scene."""

    def line(self, text: str) -> None:
        """Say one line."""

    def happened(self, event: Event, state: RunState) -> None:
        """Show a step of a run."""


class Guide:
    """The person on call: reads, agrees, and follows the runbook."""

    name = WHO

    def __init__(self, teller: Teller, clock: StoryClock) -> None:
        self._teller = teller
        self._clock = clock

    def told(self, event: Event, state: RunState) -> None:
        """Look at what happened."""
        self._teller.happened(event, state)

    def before(self, need: RunAction, ask: Ask, state: RunState) -> say.Decision:  # noqa: ARG002
        """Let it run: it reads."""
        return say.Go()

    def approve(self, need: Approve, ask: Ask, state: RunState) -> say.Decision:  # noqa: ARG002
        """Read what it changes, and agree."""
        self._clock.sleep(timedelta(seconds=40))
        self._teller.line(f"command   {ask.text.strip()}")
        if need.step.changes is not None:
            self._teller.line(f"changes   {need.step.changes.text}")
        rollback = need.step.rollback
        if rollback is not None and rollback.command is not None:
            self._teller.line(f"rollback  {rollback.command.text}")
        self._teller.line(f"{WHO} reads that, and approves it")
        return say.Go()

    def confirm(self, need: Confirm, state: RunState) -> say.Decision:  # noqa: ARG002
        """Say that it is done."""
        return say.Go()

    def choose(self, need: Choose, state: RunState) -> say.Decision:  # noqa: ARG002
        """Take the way that is suggested, else the first one."""
        edge = need.suggested
        if edge is None:
            self._clock.sleep(timedelta(seconds=25))
            edge = need.options[0]
            self._teller.line(f"{WHO} answers: {edge.title}")
        return say.Take(edge)


@dataclass(frozen=True, slots=True)
class Played:
    """What the demo came to."""

    incident: IncidentRow
    impact: Impact
    written: Written
    events: int
    seconds: float
    """How long it took in the story."""


class Demo:
    """One play of the story in one folder."""

    def __init__(self, folder: Path, now: datetime, teller: Teller) -> None:
        self._story: Story = read_story()
        self._begin = begin_before(now)
        self.clock = StoryClock(self._begin - timedelta(minutes=30))
        self._teller = teller
        self._folder = folder
        self._loaded = _handbook(folder)
        self._store: IncidentStore = open_store(
            str(folder / "log.sqlite"), clock=self.clock.now
        )
        numbers = count(1)
        tape = Tape(self._story, self._begin, self.clock)
        self._outside = Outside(
            self._store,
            dict.fromkeys(tape.languages, tape),
            self.clock,
            render,
            redactor(),
            lambda: f"demo-{next(numbers)}",
            source=_PLACE,
            ahead=False,
        )
        self._desk = Desk(self._store, self.clock.now)
        can: frozenset[EffectKind] = frozenset({"page", "resolve page"})
        self._policy = Policy(instance="demo", integrations={_PAGER: can})

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()

    def play(self) -> Played:
        """Play it to its end."""
        self._deploy()
        number = self._alert()
        run = self._first_minute(number)
        self._answer(number)
        self._guide(number, run)
        self._resolve(number)
        impact = self._spend(number)
        written = self._write(number)
        incident = self._desk.incident(number)
        took = (self.clock.now() - self._begin).total_seconds()
        events = len(self._store.since(0))
        return Played(incident, impact, written, events, took)

    def _deploy(self) -> None:
        self._at(-1100)
        deploy = Deploy(
            "8841",
            "checkout",
            "finished",
            self.clock.now(),
            "production",
            "2026.47.2",
            "deploy-bot",
            "show the delivery date in the cart",
        )
        self._desk.deploy(deploy, "github")

    def _alert(self) -> int:
        self._at(360)
        body = json.dumps(moved(self._story.webhooks["firing"], self._begin)).encode()
        self._scene(
            "the alert",
            "Buyers cannot pay. Prometheus sees the error budget burn, Alertmanager"
            " sends a webhook. It is kept on disk before it is answered.",
        )
        self._take(body)
        found = self._store.incidents(open_only=True)[0]
        self._line(f"webhook   {len(body)} bytes, 1 alert firing")
        self._line(f"incident  INC-{found.id}  {found.severity}  {found.title}")
        self._take(body)
        again = len(self._store.incidents(open_only=True))
        self._line(
            f"again     the same webhook, as Alertmanager does: still {again} incident"
        )
        self._page(found.id)
        return found.id

    def _page(self, number: int) -> None:
        """Do what a pager does with the job: here it only says so."""
        job = self._claim((_PAGER,))
        if job is None:
            return
        now = self.clock.now()
        data = {"text": "paged whoever is on call"}
        sent = NewEvent("page sent", now, data, "", _PAGER, f"{job.key}:sent")
        self._store.finish(job, (sent,))
        self._line(
            f"page      INC-{number}: one job, written with the incident, done once"
        )

    def _take(self, body: bytes) -> None:
        delivery = alertmanager.parse(_SOURCE, body, self.clock.now())
        self._store.decide(*intake.decision(delivery, body, self._policy))

    def _first_minute(self, number: int) -> str:
        job = self._claim((EVIDENCE_QUEUE,))
        self._at(370)
        self._scene(
            "the first minute, before anybody is awake",
            "The runbook's reading steps run by themselves, up to the first decision."
            " Nothing is changed.",
        )
        looking = Looking(
            self._store,
            self._outside,
            self._loaded,
            known_objectives(self._loaded),
            self._loaded.configuration.grafana,
            self._teller.happened,
        )
        key = job.key if job is not None else "look"
        seen = look(number, key, looking)
        for each in seen:
            if each.kind != "run attached":
                self._line(f"{_SHORT[each.kind]:9} {each.data['text']}")
        if job is not None:
            self._store.finish(job, seen)
        return run_of(key)

    def _answer(self, number: int) -> None:
        self._at(440)
        self._scene("somebody answers", "The person on call sees all of that at once.")
        self._command("acknowledge", number)
        self._command("role", number, role="incident lead", person=WHO)
        self._line(f"INC-{number} acknowledged; {WHO} leads")

    def _guide(self, number: int, run: str) -> None:
        self._at(470)
        self._scene(
            "the runbook, step by step",
            "The run goes on where it waits. Every command is shown before it runs,"
            " and what changes something is asked for.",
        )
        events = self._store.read(stream_of(run))
        found = found_again(events, self._loaded)
        guide = Guide(self._teller, self.clock)
        runner = Runner(run, found.runbook, self._outside, guide)
        runner.resume()
        runner.go()
        self._command("mitigate", number, text="charges go through the standby")
        self._command(
            "note", number, text="robin: the provider's status page is still green"
        )

    def _resolve(self, number: int) -> None:
        self._at(900)
        self._scene(
            "quiet again",
            "The alert ends. The incident is resolved once it stayed quiet for five"
            " minutes.",
        )
        self._take(
            json.dumps(moved(self._story.webhooks["resolved"], self._begin)).encode()
        )
        self._at(900 + 301)
        while (job := self._claim((TIMER_QUEUE,))) is not None:
            self._store.decide(*timers.decision(job, self.clock.now(), self._policy))
            self._store.finish(job)
        self._line(f"INC-{number} {self._desk.incident(number).status}")

    def _spend(self, number: int) -> Impact:
        store = self._store
        looking = measuring(self._loaded, self._outside.backends["promql"])
        bring_up_to_date(number, store, looking, self.clock.now())
        return next(iter(impacts_of(store.read(f"incident/{number}"))))

    def _write(self, number: int) -> Written:
        return write_draft(
            number,
            self._store,
            self._loaded,
            today=self.clock.now().date(),
            into=self._folder / "postmortems",
        )

    def _claim(self, queues: tuple[str, ...]) -> Job | None:
        return self._store.claim("demo", queues, self.clock.now(), _LEASE)

    def _command(self, kind: CommandKind, number: int, **more: Any) -> None:
        command = Command(kind, number, WHO, _PLACE, self.clock.now())
        decision = commands.decision(replace(command, **more), self._policy)
        self._store.decide(*decision)

    def _at(self, second: float) -> None:
        self.clock.until(self._begin + timedelta(seconds=second))

    def _scene(self, title: str, text: str) -> None:
        self._teller.scene(self.clock.now(), title, text)

    def _line(self, text: str) -> None:
        self._teller.line(text)


_SHORT: Final = {
    "deploy seen": "deploy",
    "evidence attached": "seen",
    "impact computed": "budget",
    "next step proposed": "next",
}


def _handbook(folder: Path) -> Loaded:
    for name, text in handbook_files().items():
        file = folder / "handbook" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    lint = LintOptions(handbook=("handbook",))
    return Loaded(Configuration(lint=lint), str(folder))

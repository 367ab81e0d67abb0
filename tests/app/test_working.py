"""Workers, with notifiers that fail as they are told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from doubles.clocks import NOON, StillClock
from notifiers.effects import ROW
from runbookkit.app.effecting import Alarms, Effects, refs_of
from runbookkit.app.retrying import Patience
from runbookkit.app.working import Crew, Done, Later, Performer, Station, Tally, Worker
from runbookkit.errors import NotifierError, RunbookkitError, StoreError
from runbookkit.model.effect import Effect, EffectKind, Receipt
from runbookkit.model.event import NewEvent
from runbookkit.model.incident import Changes, IncidentRow, Want
from runbookkit.model.job import Job, NewJob
from runbookkit.store.log import Log
from runbookkit.store.open import open_store

STREAM = f"incident/{ROW.id}"
PATIENCE = Patience(loud_after=3, most=5)


@dataclass
class FakeNotifier:
    """Fails with what is left in ``errors``, then succeeds."""

    name: str
    kinds: frozenset[EffectKind] = frozenset({"page", "post", "show status"})
    errors: list[RunbookkitError] = field(default_factory=list)
    seen: list[tuple[Effect, int]] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None

    def perform(self, effect: Effect, attempt: int) -> Receipt:
        self.seen.append((effect, attempt))
        if self.errors:
            raise self.errors.pop(0)
        self.meanwhile()
        return Receipt({"n": str(len(self.seen))}, "https://chat.example/1")


def busy(after: float | None = None, *, retryable: bool = True) -> NotifierError:
    return NotifierError(
        "busy", notifier="chat", retryable=retryable, retry_after=after
    )


@dataclass
class Office:
    """A store with an incident, two notifiers and a worker for them."""

    store: Log
    clock: StillClock = field(default_factory=StillClock)
    chat: FakeNotifier = field(default_factory=lambda: FakeNotifier("chat"))
    mail: FakeNotifier = field(default_factory=lambda: FakeNotifier("mail"))
    tally: Tally = field(default_factory=Tally)

    def worker(self, performer: Performer | None = None, owner: str = "a/1") -> Worker:
        notifiers = {each.name: each for each in (self.chat, self.mail)}
        effects = performer or Effects(self.store, notifiers, self.clock)
        kinds = ("page", "post", "show status")
        return Worker(
            self.store,
            dict.fromkeys(kinds, effects),
            Station(owner, ("chat", "mail")),
            clock=self.clock,
            alarm=Alarms(notifiers, ("mail",), self.clock),
            jitter=lambda: 1.0,
            patience=PATIENCE,
            tally=self.tally,
        )

    def ask(self, kind: EffectKind, key: str = "", text: str = "") -> None:
        data = {"text": text} if text else {}
        job = NewJob(key or kind, kind, "chat", STREAM, self.clock.now(), data)
        self.store.decide(Want(), lambda _: Changes(jobs=(job,)))

    def work(self, seconds: float = 0, worker: Worker | None = None) -> bool:
        self.clock.time += timedelta(seconds=seconds)
        return (worker or self.worker()).once()

    def change(self, **changes: object) -> None:
        row = replace(self.incident(), **changes)  # type: ignore[arg-type]
        self.store.decide(Want(), lambda _: Changes(incidents=(row,)))

    def incident(self) -> IncidentRow:
        found = self.store.incident(ROW.id)
        assert found is not None
        return found

    def events(self) -> list[str]:
        return [event.kind for event in self.store.read(STREAM)]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    clock = StillClock()
    store = open_store(str(tmp_path / "log.sqlite"), clock=clock.now)
    assert isinstance(store, Log)
    store.decide(Want(), lambda _: Changes(incidents=(ROW,)))
    yield Office(store, clock)
    store.close()


def test_an_effect_is_made_of_the_latest_state_and_remembered(office: Office) -> None:
    office.ask("page")
    office.change(title="Slow: everything")

    office.work()

    ((effect, attempt),) = office.chat.seen
    assert (effect.incident.title, effect.text, attempt) == (
        "Slow: everything",
        "Slow: everything",
        1,
    )
    assert refs_of(office.incident(), "chat") == {"n": "1"}
    assert office.events() == ["page sent"]
    assert not office.work()


def test_what_is_remembered_is_told_to_the_next_effect(office: Office) -> None:
    office.ask("page")
    office.ask("post", text="hello")

    office.work()
    office.work()

    assert office.chat.seen[1][0].refs == {"n": "1"}


def test_a_failure_is_tried_again_later_with_the_number_of_the_attempt(
    office: Office,
) -> None:
    office.ask("page")
    office.chat.errors = [busy(), busy()]

    tried = [office.work(seconds) for seconds in (0, 0.5, 0.5, 1, 1)]

    assert tried == [True, False, True, False, True]
    assert [attempt for _, attempt in office.chat.seen] == [1, 2, 3]


def test_a_wait_that_is_asked_for_is_kept(office: Office) -> None:
    office.ask("page")
    office.chat.errors = [busy(after=30)]
    office.work()

    assert not office.work(29)
    assert office.work(9)


def test_a_page_that_does_not_get_through_is_loud_and_tried_on(office: Office) -> None:
    office.ask("page")
    office.chat.errors = [busy()] * 4

    for _ in range(6):
        office.work(60)

    assert office.events() == ["page failed", "page sent", "page sent"]
    ((fallback, _),) = office.mail.seen
    assert fallback.kind == "page"
    assert "busy" in fallback.text
    assert not office.store.dead()


@pytest.mark.parametrize("retryable", [True, False])
def test_what_is_given_up_is_kept_as_dead_and_loud(
    office: Office, retryable: bool
) -> None:
    office.ask("post", text="hello")
    office.chat.errors = [busy(retryable=retryable)] * 5

    for _ in range(8):
        office.work(60)

    (dead,) = office.store.dead()
    assert dead.error == "chat: busy"
    assert office.events().count("effect failed") == (2 if retryable else 1)
    assert office.mail.seen[-1][0].text == "chat: post: gave up: chat: busy"
    assert office.tally.counts["chat", "post", "dead"] == 1


def test_what_nobody_can_do_is_dead_and_says_where_to_look(office: Office) -> None:
    office.chat.kinds = frozenset()
    office.ask("post")

    office.work()

    assert "docs/notifiers.md" in office.store.dead()[0].error


def test_the_fallback_of_a_fallback_is_none(office: Office) -> None:
    office.mail.errors = [busy(retryable=False)]
    office.chat.errors = [busy(retryable=False)]
    office.ask("page")

    for _ in range(4):
        office.work()

    assert [each.queue for each in office.store.dead()] == ["mail", "chat"]
    assert not office.store.waiting()


def test_a_status_that_says_nothing_new_is_not_shown_again(office: Office) -> None:
    for number in range(3):
        office.ask("show status", f"{number}")

    for _ in range(3):
        office.work(60)

    assert len(office.chat.seen) == 1
    assert not office.store.waiting()


def test_a_status_is_shown_at_most_once_in_ten_seconds_and_the_last_one_wins(
    office: Office,
) -> None:
    for number in range(30):
        office.change(firing=number)
        office.ask("show status", f"{number}")
        office.work(1)
    while office.store.waiting():
        office.work(1)

    shown = [
        dict(effect.block.lines)["alerts"]
        for effect, _ in office.chat.seen
        if effect.block
    ]
    assert len(shown) == 4
    assert shown[-1] == "29 of 3 firing"


def test_a_status_that_changes_while_it_is_shown_is_shown_once_more(
    office: Office,
) -> None:
    def meanwhile() -> None:
        office.change(firing=7)
        office.ask("show status")
        office.chat.meanwhile = lambda: None

    office.chat.meanwhile = meanwhile
    office.ask("show status")

    for _ in range(3):
        office.work(11)

    assert dict(office.chat.seen[-1][0].block.lines)["alerts"] == "7 of 3 firing"  # type: ignore[union-attr]
    assert not office.store.waiting()


def test_a_status_that_an_attempt_may_have_shown_is_put_right(office: Office) -> None:
    office.ask("show status")
    office.work()
    office.change(firing=7)
    office.ask("show status")
    office.chat.errors = [busy()]
    office.work(11)
    office.change(firing=ROW.firing)

    office.work(11)

    shown = [
        dict(each.block.lines)["alerts"] for each, _ in office.chat.seen if each.block
    ]
    assert shown == ["2 of 3 firing", "7 of 3 firing", "2 of 3 firing"]


def test_a_worker_that_loses_its_lease_keeps_nothing(office: Office) -> None:
    office.ask("post")

    def slow(_: Job) -> Done:
        other = office.store.claim(
            "b/1", ["chat"], NOON + timedelta(minutes=2), timedelta(minutes=1)
        )
        assert other is not None
        return Done((NewEvent("effect done", NOON),))

    office.work(worker=office.worker(slow))

    assert office.events() == []
    assert office.tally.counts["chat", "post", "lost"] == 1


def test_a_job_that_raises_what_it_must_not_is_put_off_and_does_not_hide_it(
    office: Office,
) -> None:
    office.ask("post")

    def wrong(_: Job) -> Done:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        office.work(worker=office.worker(wrong))

    assert "the log says where" in office.store.waiting()[0].error
    assert not office.work(0.5)
    assert office.work(0.5)


def test_what_is_early_is_put_off_without_an_error(office: Office) -> None:
    office.ask("post")
    later = office.worker(lambda _: Later(NOON + timedelta(seconds=7)))

    assert office.work(worker=later)

    assert office.store.waiting()[0].error == ""
    assert not office.work(6.9)
    assert office.work(0.1)


def test_an_effect_whose_end_cannot_be_kept_at_once_is_kept_later(
    office: Office,
) -> None:
    office.ask("post")
    finish, lost = office.store.finish, [StoreError("away"), StoreError("away")]

    class Away:
        """The store, away for the end of two jobs."""

        def __getattr__(self, name: str) -> object:
            return getattr(office.store, name)

        def finish(self, *args: object) -> bool:
            if lost:
                raise lost.pop()
            return finish(*args)  # type: ignore[arg-type]

    away = replace(office, store=Away())  # type: ignore[arg-type]

    away.worker().once()

    assert len(office.chat.seen) == 1
    assert not office.store.waiting()


def test_a_crew_does_what_is_due_and_stops_when_told(office: Office) -> None:
    done = threading.Event()
    office.chat.meanwhile = done.set
    stations = [Station(f"crew/{n}", ("chat", "mail")) for n in range(3)]
    complaints: list[str] = []
    crew = Crew(
        lambda station: office.worker(owner=station.owner),
        stations,
        complain=complaints.append,
    )
    crew.start()

    office.ask("page")
    crew.nudge()

    assert done.wait(20)
    assert crew.close()
    assert complaints == []
    assert len(office.chat.seen) == 1
    assert not office.store.waiting()

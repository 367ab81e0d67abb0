"""What else can be done at the full screen, and how it is left."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from cli.screen import Seat, all_events, at_screen
from execute.books import book, change, query, resume, ways
from execute.fakes import FakeBackend, Script, World, path, shell, value
from runbookkit.cli.tui.front import FullScreen
from runbookkit.errors import UsageError
from runbookkit.execute.person import Go
from runbookkit.model.answer import Answer, Ask
from runbookkit.model.runstate import RunState

ON = ways(met="continue", not_met="escalate")
ASK = query("Ask", "rate", "value < 1", ON)
FIX = change("Fix", "fix it", ON, rollback="undo it")
LAST = query("Last", "rate", "value < 1", ways(met="stop", not_met="escalate"))
REPLIES = {"rate": value(0), "fix it": shell("fixed\n"), "fix it now": shell()}


def test_an_edited_program_is_shown_again_before_it_runs() -> None:
    world = World(REPLIES)

    async def play(seat: Seat) -> None:
        await seat.press("e", *(["right"] * len("fix it")), "space", *"now")
        await seat.asked("ctrl+s")
        assert "fix it now" in seat.text
        assert world.backend.made == []
        await seat.press("down", "enter")
        await seat.asked(*"yes", "enter")
        assert "ada deviation: edited" in seat.text
        await seat.over("q")

    at_screen(world, book(FIX + LAST), play)

    assert world.backend.made == ["fix it now"]


def test_an_edit_that_changes_nothing_is_none() -> None:
    world = World(REPLIES)

    async def play(seat: Seat) -> None:
        await seat.press("e", "ctrl+s", "e", "escape")
        await seat.over("q")

    at_screen(world, book(FIX), play)

    assert world.data("deviation noted") == []


def test_what_is_written_is_kept_with_its_words() -> None:
    world = World(REPLIES)

    async def play(seat: Seat) -> None:
        await seat.press("n")
        await seat.type("")
        await seat.type("odd [b]thing[/b]")
        await seat.asked()
        assert "ada note: odd [b]thing[/b]" in seat.text
        await seat.press("exclamation_mark")
        await seat.type("kubectl get pods")
        await seat.asked()
        await seat.press("s")
        await seat.type("known")
        await seat.asked()
        await seat.press("E")
        await seat.type("help")
        await seat.over()

    state = at_screen(world, book(ASK + LAST), play)

    assert [each["text"] for each in world.data("note added")] == ["odd [b]thing[/b]"]
    said = [(each["what"], each["text"]) for each in world.data("deviation noted")]
    assert said == [
        *(("ran elsewhere", "kubectl get pods"), ("skipped", "known")),
        ("escalated", "help"),
    ]
    assert state.end == "escalate"


def test_b_goes_back_and_is_no_key_at_the_first_step() -> None:
    async def play(seat: Seat) -> None:
        assert "b back" not in seat.text
        await seat.press("b")
        assert "b (back) is not possible here" in seat.text
        await seat.asked("enter")
        await seat.asked("enter")
        await seat.asked("b")
        assert "reads  Ask  visit 2" in seat.text
        await seat.over("q")

    state = at_screen(World(REPLIES), book(ASK + LAST), play)

    assert list(path(state)) == ["ask", "last", "ask"]


def test_a_run_that_is_handed_over_says_so_to_whoever_resumes_it() -> None:
    world, runbook = World(REPLIES), book(ASK + LAST)

    async def leave(seat: Seat) -> None:
        await seat.press("h")
        await seat.type("bob: look at tenant 7")
        await seat.over()

    async def take_over(seat: Seat) -> None:
        assert "handed over: bob: look at tenant 7" in seat.words
        await seat.over("q")

    left = at_screen(world, runbook, leave)
    at_screen(world, runbook, take_over, resumed=True)

    assert left.paused


def test_program_and_link_can_be_copied() -> None:
    world = World(REPLIES)
    around = replace(all_events(world), link=lambda ask: f"https://g/?q={ask.text}")
    copied: list[str] = []

    async def play(seat: Seat) -> None:
        await seat.press("c")
        copied.append(seat.app.clipboard)
        await seat.press("g")
        assert "https://g/?q=rate" in seat.text
        await seat.press("c")
        copied.append(seat.app.clipboard)
        await seat.over("q")

    at_screen(world, book(ASK), play, around=around)

    assert copied == ["rate", "https://g/?q=rate"]


def test_without_a_grafana_there_is_no_link() -> None:
    async def play(seat: Seat) -> None:
        await seat.press("g")
        assert "there is no link" in seat.text
        await seat.over("q")

    at_screen(World(REPLIES), book(ASK), play)


def test_help_names_every_key() -> None:
    async def play(seat: Seat) -> None:
        await seat.press("question_mark")
        for word in ("leaves the step undone", "undoes nothing", "Ctrl+C", "▶ here"):
            assert word in seat.words
        await seat.press("escape")
        await seat.over("q")

    at_screen(World(REPLIES), book(ASK), play)


class SlowBackend(FakeBackend):
    """Answers when it is let."""

    answers = threading.Event()
    asked_once = threading.Event()

    def ask(self, ask: Ask) -> Answer:
        self.asked_once.set()
        assert self.answers.wait(30)
        return super().ask(ask)


class SlowWorld(World):
    """Has an engine that takes its time."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.slow = SlowBackend(self.clock, self.replies)
        self.backend = self.slow


def test_what_is_said_while_something_runs_is_kept_when_it_is_done() -> None:
    world = SlowWorld(REPLIES)

    async def play(seat: Seat) -> None:
        await seat.press("enter")
        world.slow.asked_once.wait(30)
        await seat.press("n")
        await seat.type("slow")
        assert "kept for when this is done" in seat.text
        assert "waiting for promql" in seat.text
        world.slow.answers.set()
        await seat.asked()
        assert "ada note: slow" in seat.text
        await seat.over("q")

    at_screen(world, book(ASK), play)


def test_leaving_at_once_loses_nothing() -> None:
    world, runbook = World(REPLIES), book(ASK + LAST)

    async def play(seat: Seat) -> None:
        await seat.asked("enter")
        await seat.press("ctrl+c")

    with pytest.raises(KeyboardInterrupt):
        at_screen(world, runbook, play)
    state = resume(world, runbook, Script("Met", Go(), "Met"))

    assert world.kinds().count("action answered") == 2
    assert state.end == "stop"


def test_leaving_ends_the_waiting_of_a_step_that_polls() -> None:
    polls = query("Wait", "rate", "value < 1", ON, lead=", every 1h for up to 9h")
    world = World({"rate": value(5)})

    async def play(seat: Seat) -> None:
        while "asked every 3600 s, for up to 32400 s, until it is so" not in seat.words:
            await seat.settle()
        await seat.press("enter")
        while "not so yet; asks again at 13:00:00" not in seat.text:
            await seat.pilot.pause()
        await seat.press("ctrl+c")

    with pytest.raises(KeyboardInterrupt):
        at_screen(world, book(polls + LAST), play)


def test_a_run_that_cannot_begin_opens_no_screen() -> None:
    def work() -> list[RunState]:
        raise UsageError("there is no such run")

    with pytest.raises(UsageError, match="no such run"):
        FullScreen(all_events(World())).drive(work)


def test_where_another_runbook_takes_over_the_person_is_asked_first() -> None:
    hands_over = query("Ask", "rate", "", ways(met="go to [Other](other.md)"))
    went: list[bool] = []

    async def play(seat: Seat) -> None:
        await seat.asked("enter")
        await seat.asked("enter")
        assert "▸ y. Go on in 'Other'" in seat.text
        await seat.asked("n")
        assert "n. Leave it for now" in seat.text
        await seat.over("enter")
        assert "other.md was run before; not again" in seat.text

    def then(front: FullScreen) -> None:
        went.extend(front.goes_on("Other") for _ in range(2))
        front.say("other.md was run before; not again")

    at_screen(World(REPLIES), book(hands_over), play, then=then)

    assert went == [False, True]

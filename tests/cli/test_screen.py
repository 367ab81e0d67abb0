"""A guided run on the full screen: what stands there, what counts as an answer."""

from __future__ import annotations

import pytest

from cli.screen import Seat, all_events, at_screen
from execute.books import begin, book, change, query, ways
from execute.fakes import Script, World, path, shell, value
from runbookkit.execute.person import Go, Note

ON = ways(met="continue", not_met="escalate")
ASK = query("Ask", "rate", "value < 1", ON)
FIX = change("Fix", "fix it", ON, rollback="undo it")
CHECK = query("Check", "up", "value == 1", ways(met="stop", not_met="escalate"))
DONE = (
    "### Done?\n\n**Ask:** Is {{ who }} done?\n\n- **Yes:** stop\n- **No:** escalate\n"
)
WHO = 'inputs:\n  who:\n    description: Who\n    default: "**bob**"\n'
HAND = (
    "### Look\n\n1. Open it.\n2. Read it.\n\n- **Met:** stop\n- **Not met:** escalate\n"
)
REPLIES = {"rate": value(0), "fix it": shell("fixed\n"), "undo it": shell()}


def test_a_whole_run_is_seen_and_answered() -> None:
    world = World({**REPLIES, "up": value(1)})

    async def play(seat: Seat) -> None:
        assert "reads  Ask" in seat.text
        await seat.asked("enter")
        assert "✔ met: 0 is below 1" in seat.text
        assert "in the log" in seat.words
        await seat.asked("enter")
        assert "CHANGES PRODUCTION  Fix" in seat.text
        await seat.press("down", "enter")
        await seat.asked(*"yes", "enter")
        assert "ada approved the change" in seat.text
        await seat.asked("enter")
        await seat.asked("r")
        await seat.over("1")
        assert "stop: the run is over" in seat.text
        await seat.press("enter")

    state = at_screen(world, book(ASK + FIX + CHECK), play)

    assert state.end == "stop"
    assert world.backend.made == ["fix it"]


@pytest.mark.parametrize("size", [(80, 24), (100, 60)])
def test_a_step_stands_at_the_top_however_much_room_is_below(
    size: tuple[int, int],
) -> None:
    world = World(REPLIES)

    async def play(seat: Seat) -> None:
        top = next(number for number, line in enumerate(seat.lines) if "────" in line)
        assert "reads  Ask" in seat.lines[top + 1]
        await seat.asked("enter")
        assert "reads  Ask" in seat.lines[top + 1]

    with pytest.raises(KeyboardInterrupt):
        at_screen(world, book(ASK), play, size=size)


def test_nothing_but_the_whole_word_makes_a_change() -> None:
    world = World(REPLIES)

    async def play(seat: Seat) -> None:
        await seat.press("enter", "y", "r", "1")
        assert "Nothing is chosen yet" in seat.text
        await seat.press("down", "enter", "y", "enter")
        assert "Only the whole word yes makes this change" in seat.text
        await seat.press("escape")

    with pytest.raises(KeyboardInterrupt):
        at_screen(world, book(FIX), play)

    assert world.backend.made == []


def test_the_suggested_way_is_on_enter_and_not_taken_by_itself() -> None:
    world = World({**REPLIES, "rate": value(5)})

    async def play(seat: Seat) -> None:
        await seat.asked("enter")
        assert "▸ 2. Not met: escalate  (suggested)" in seat.text
        assert "branch taken" not in world.kinds()
        await seat.over("enter")

    state = at_screen(world, book(ASK + CHECK), play)

    assert state.end == "escalate"


def test_a_change_that_is_not_verified_offers_its_rollback() -> None:
    world = World({**REPLIES, "up": value(0)})

    async def play(seat: Seat) -> None:
        await seat.press("down", "enter")
        await seat.asked(*"yes", "enter")
        await seat.asked("enter")
        await seat.asked("enter")
        assert "u. undo: run the rollback of 'Fix'" in seat.text
        await seat.asked("u")
        assert "CHANGES PRODUCTION  undo 'Fix'" in seat.text
        assert "undo it" in seat.text
        await seat.press("down", "enter")
        await seat.asked(*"yes", "enter")
        assert "rollback done ('Fix'; ← shows it)" in seat.text
        assert "↩1 ▶2" in seat.text
        await seat.over("enter")

    state = at_screen(world, book(FIX + CHECK), play)

    assert world.backend.made == ["fix it", "undo it"]
    assert state.end == "escalate"


def test_a_question_is_asked_in_its_words_with_values_that_are_no_markup() -> None:
    async def play(seat: Seat) -> None:
        assert "Is **bob** done?" in seat.text
        assert "Nothing is chosen yet" in seat.text
        await seat.over("1")

    runbook = book(DONE, WHO)
    world = World(REPLIES)

    assert at_screen(world, runbook, play, inputs={"who": "**bob**"}).end == "stop"


def test_a_step_by_hand_shows_its_list_and_takes_no_for_an_answer() -> None:
    async def play(seat: Seat) -> None:
        assert "1 Open it." in seat.words
        assert "2 Read it." in seat.words
        await seat.asked("x")
        await seat.over("enter")

    assert at_screen(World(), book(HAND), play).end == "escalate"


def test_what_comes_from_afar_moves_no_cursor_and_is_no_markup() -> None:
    said = "\x1b[2J[red]fine[/red]\x9b1m [@click=app.exit]x[/] \x1b]52;c;aGk=\x07\n"
    world = World({"fix it": shell(said)})

    async def play(seat: Seat) -> None:
        await seat.press("down", "enter")
        await seat.asked(*"yes", "enter")
        assert "[red]fine[/red]" in seat.text
        assert "[@click=app.exit]x[/]" in seat.text
        assert not {"\x1b", "\x9b", "\x07"} & set(seat.text)
        await seat.over("enter")

    at_screen(world, book(FIX), play)


def test_a_resumed_run_shows_what_was_done_and_said_before() -> None:
    world, runbook = World(REPLIES), book(ASK + FIX)
    begin(world, runbook, Script(Go(), Note("odd"), "Met"))

    async def play(seat: Seat) -> None:
        assert "✔1 ▶2" in seat.text
        await seat.press("left")
        assert "looking back at visit 1 of 2" in seat.text
        assert "on call note: odd" in seat.text
        await seat.press("right")
        assert "CHANGES PRODUCTION  Fix" in seat.text
        await seat.over("q")

    around = all_events(world)
    state = at_screen(world, runbook, play, around=around, resumed=True)

    assert list(path(state)) == ["ask", "fix"]
    assert state.paused


def test_all_of_a_verdict_its_ways_and_the_keys_stand_on_24_lines() -> None:
    points = [[60.0 * n, n / 10] for n in range(11)]
    series = [{"labels": {}, "points": points, "last": 1, "min": 0, "max": 1}]
    over_time = query(
        "Ask", "rate", "series[0].last < 1", ON, lead=", over the last 10m"
    )

    async def play(seat: Seat) -> None:
        await seat.asked("enter")
        assert "all: min 0, max 1, last 1" in seat.text
        assert "threshold: expected below 1" in seat.text
        assert "✘ not met: 1 is not below 1" in seat.text
        assert "▸ 2. Not met: escalate" in seat.text
        assert "? help" in seat.text
        assert any("\u2800" < each <= "\u28ff" for each in seat.text)
        assert "incident 41" in seat.text
        assert len(seat.lines) == 24
        await seat.over("q")

    at_screen(World({"rate": {"series": series}}), book(over_time + CHECK), play)


def test_a_wide_screen_lists_the_steps_beside_the_page() -> None:
    async def play(seat: Seat) -> None:
        assert "▶ 1. Ask" in seat.text
        assert "· 2. Fix  (changes)" in seat.text
        await seat.press("t")
        assert "· 2. Fix" not in seat.text
        await seat.over("q")

    at_screen(World(REPLIES), book(ASK + FIX), play, size=(120, 30))


def test_a_long_program_begins_at_its_top_and_ends_at_its_verdict() -> None:
    lines = "\n".join(f"line {number}" for number in range(40))
    long = query("Ask", lines, "value < 1", ON)

    async def play(seat: Seat) -> None:
        assert "reads  Ask" in seat.text
        assert "line 0" in seat.text
        await seat.asked("enter")
        assert "✔ met: 0 is below 1" in seat.text
        await seat.press("pageup", "pageup", "pageup", "pageup")
        assert "reads  Ask" in seat.text
        await seat.press("space", "space", "space", "space")
        assert "✔ met: 0 is below 1" in seat.text
        await seat.over("q")

    at_screen(World({lines: value(0)}), book(long + CHECK), play)

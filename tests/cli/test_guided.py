"""A guided run in a plain terminal: what is asked, what counts as an answer."""

from __future__ import annotations

import io
from collections.abc import Iterator

from rich.console import Console

from execute.books import RUN, begin, book, change, query, resume, ways
from execute.fakes import World, shell, value
from runbookkit.cli.around import Around
from runbookkit.cli.plain import PlainPerson
from runbookkit.execute.outside import Start
from runbookkit.model.graph import step_graph
from runbookkit.model.runbook import Runbook
from runbookkit.model.runstate import RunState

ASK = query("Ask", "rate", "value < 1", ways(met="continue", not_met="escalate"))
FIX = change(
    "Fix", "fix it", ways(met="continue", not_met="escalate"), rollback="undo it"
)
CHECK = query("Check", "up", "value == 1", ways(met="stop", not_met="escalate"))
DONE = "### Done?\n\n**Ask:** Is it done?\n\n- **Yes:** stop\n- **No:** escalate\n"
HAND = "### Look\n\nLook at it.\n\n- **Met:** stop\n- **Not met:** escalate\n"
REPLIES = {"rate": value(0), "fix it": shell("fixed\n"), "undo it": shell()}


class Terminal:
    """Types lines, and keeps what was printed."""

    def __init__(self, runbook: Runbook, *lines: str) -> None:
        self._lines: Iterator[str] = iter(lines)
        self._out = io.StringIO()
        console = Console(file=self._out, width=100, highlight=False)
        graph = step_graph(runbook)
        self.person = PlainPerson(Around("ada"), runbook, graph, console, self._read)

    def _read(self, prompt: str) -> str:
        self._out.write(prompt)
        line = next(self._lines, None)
        if line is None:
            raise EOFError
        self._out.write(f"{line}\n")
        return line

    @property
    def text(self) -> str:
        return self._out.getvalue()


def guided(world: World, runbook: Runbook, *lines: str) -> tuple[RunState, str]:
    terminal = Terminal(runbook, *lines)
    state = begin(world, runbook, terminal.person)
    return state, terminal.text


def test_a_whole_run_is_enter_and_one_yes() -> None:
    world = World({**REPLIES, "up": value(1)})

    state, text = guided(world, book(ASK + FIX + CHECK), "", "", "yes", "", "", "")

    assert state.end == "stop"
    assert "Step 2 of 3: Fix  [CHANGES PRODUCTION]" in text
    assert "✔ met: 0 is below 1" in text
    assert "This changes: something" in text
    assert "stop: the run is over" in text


def test_only_the_whole_word_is_a_yes() -> None:
    world = World(REPLIES)

    guided(world, book(FIX), "y", "", "YES!", "ye")

    assert world.backend.made == []


def test_no_declines_and_leaves_every_way_open() -> None:
    state, text = guided(World(REPLIES), book(FIX), "no", "", "2")

    assert state.visits[0].verdict == "declined"
    assert state.end == "escalate"
    assert "(suggested, Enter)" not in text


def test_the_end_of_the_input_pauses() -> None:
    state, text = guided(World(REPLIES), book(ASK))

    assert state.paused
    assert f"Go on with: runbook run --resume {RUN}" in text


def test_what_is_no_answer_is_explained() -> None:
    _, text = guided(World(REPLIES), book(ASK), "?", "", "s", "u", "e")

    assert "s skips the step with a reason" in text
    assert text.count("e edits the program") == 1
    assert text.count("Enter or a listed answer; or") == 4


def test_notes_skips_and_escalations_want_words() -> None:
    world = World(REPLIES)

    state, text = guided(
        world, book(ASK), "n", "", "n", "odd", "s", "", "s", "known", "escalate", "help"
    )

    assert [note["text"] for note in world.data("note added")] == ["odd"]
    assert state.visits[0].message == "known"
    assert state.end == "escalate"
    assert "- skipped: known" in text


def test_an_edited_program_is_shown_again_before_it_runs() -> None:
    world = World({**REPLIES, "fix it\nslowly": shell()})

    guided(world, book(FIX), "e", "fix it", "slowly", "", "yes")

    assert world.backend.made == ["fix it\nslowly"]


def test_an_edit_of_nothing_changes_nothing() -> None:
    world = World(REPLIES)

    state, _ = guided(world, book(FIX), "e", "", "yes")

    assert world.backend.made == ["fix it"]
    assert state.deviations == 0


def test_a_rollback_is_offered_by_the_name_of_its_change_and_shown() -> None:
    world = World({**REPLIES, "up": value(0)})

    state, text = guided(world, book(FIX + CHECK), "yes", "", "", "u", "yes", "")

    assert "u. undo: run the rollback of 'Fix'" in text
    assert "This undoes 'Fix'" in text
    assert "rollback done" in text
    assert world.backend.made == ["fix it", "undo it"]
    assert state.end == "escalate"


def test_a_rollback_that_fails_says_so() -> None:
    world = World({**REPLIES, "up": value(0), "undo it": shell(code=3)})

    _, text = guided(world, book(FIX + CHECK), "yes", "", "", "u", "yes")

    assert "rollback failed with exit code 3" in text


def test_a_question_is_asked_in_its_words() -> None:
    state, text = guided(World(), book(DONE), "", "1")

    assert "Is it done?" in text
    assert "1. Yes: stop" in text
    assert state.end == "stop"


def test_a_step_by_hand_is_done_or_not_as_it_should_be() -> None:
    done, _ = guided(World(), book(HAND), "", "")
    bad, _ = guided(World(), book(HAND), "x", "")

    assert (done.end, bad.end) == ("stop", "escalate")


def test_a_resumed_run_shows_what_was_done_and_the_step_it_is_at() -> None:
    world, runbook = World(REPLIES), book(ASK + FIX)
    guided(world, runbook, "", "", "q")
    terminal = Terminal(runbook)

    resume(world, runbook, terminal.person)

    assert "1. Ask  [✔ met]: 0 is below 1" in terminal.text
    assert "2. Fix  [under way]" in terminal.text
    assert "Step 2 of 2: Fix" in terminal.text


def test_a_poll_says_what_it_waits_for() -> None:
    polls = query(
        "Wait", "rate", "value < 1", ways(met="stop"), lead=", every 30s for up to 2m"
    )

    _, text = guided(World({"rate": [value(5), value(0)]}), book(polls), "", "")

    assert "not so yet: 5 is not below 1" in text
    assert "✔ met: 0 is below 1" in text


def test_what_comes_from_afar_moves_no_cursor_and_is_no_markup() -> None:
    world = World({"fix it": shell("\x1b[2J[red]fine[/red]\x9b1m\n")})

    _, text = guided(world, book(FIX), "yes")

    assert "\x1b" not in text
    assert "\x9b" not in text
    assert "[red]fine[/red]" in text


def test_a_person_can_go_back_and_leave_the_run_to_somebody_else() -> None:
    world, runbook = World({**REPLIES, "up": value(1)}), book(ASK + CHECK)

    left, text = guided(world, runbook, "", "", "b", "h", "bob: tenant 7")
    terminal = Terminal(runbook)
    resume(world, runbook, terminal.person)

    assert text.count("Step 1 of 2: Ask") == 2
    assert "Left to bob: tenant 7. Go on with: runbook run --resume" in text
    assert "handed over: bob: tenant 7" in terminal.text
    assert left.paused


def test_there_is_no_way_back_from_the_first_step() -> None:
    _, text = guided(World(REPLIES), book(ASK), "b")

    assert "Enter or a listed answer; or" in text
    assert "goes back" not in text


def test_a_command_that_was_run_elsewhere_is_written_down() -> None:
    _, text = guided(World(REPLIES), book(ASK), "!", "kubectl get pods")

    assert "kept as a deviation: ran elsewhere: kubectl get pods" in text


def test_a_run_that_escalates_says_whom_to_call() -> None:
    called = "## Escalation\n\nPage `team-demo`.\n"

    _, text = guided(World({"rate": value(5)}), book(ASK + called), "", "")

    assert "Page team-demo." in text
    assert text.index("Page team-demo.") < text.index("escalate: the run is over")


def test_prose_and_questions_hold_values_that_are_no_markup() -> None:
    inputs = 'inputs:\n  who:\n    description: Who\n    default: "x"\n'
    asks = "### Done?\n\nLook at `{{ who }}`.\n\n**Ask:** Is {{ who }} done?\n\n- **Yes:** stop\n"
    runbook, terminal = book(asks, inputs), Terminal(book(asks, inputs), "1")

    begin(World(), runbook, terminal.person, Start("", {"who": "**[b]bob**"}))

    assert "Look at **[b]bob**." in terminal.text
    assert "Is **[b]bob** done?" in terminal.text

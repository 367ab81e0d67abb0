"""Steps that change something: approval, rollback, and never twice."""

from __future__ import annotations

import pytest

from execute.books import RUN, begin, book, change, query, resume, ways
from execute.fakes import HERE, Crash, Script, World, failing, shell, value, verdicts
from runbookkit.errors import ConflictError, SessionError
from runbookkit.execute import person as say
from runbookkit.execute.needs import Approve, Choose
from runbookkit.execute.outside import Start
from runbookkit.execute.person import Nobody
from runbookkit.execute.runner import Runner
from runbookkit.model.event import NewEvent
from runbookkit.model.runstate import Machine

FIX = change(
    "Fix", "fix it", ways(met="continue", not_met="escalate"), rollback="undo it"
)
CHECK = query("Check", "up", "value == 1", ways(met="stop", not_met="escalate"))
BOOK = book(FIX + CHECK)
GOOD = {"fix it": shell(), "undo it": shell(), "up": value(1)}
BAD = {**GOOD, "up": value(0)}


def test_a_change_waits_for_a_person() -> None:
    world = World(GOOD)

    state = begin(world, BOOK)

    assert state.paused
    assert world.backend.asked == []


def test_an_approved_change_is_made_once_and_says_who_approved_it() -> None:
    world = World(GOOD)

    state = begin(world, BOOK, Script(say.Go(), "Met", say.Go(), "Met"))

    assert world.backend.made == ["fix it"]
    assert state.visits[0].approved_by == "on call"
    assert state.end == "stop"


def test_a_declined_change_is_not_made() -> None:
    world = World(GOOD)

    state = begin(world, BOOK, Script(say.Decline(), "Not met"))

    assert verdicts(state) == [("fix", "declined")]
    assert world.backend.asked == []


def test_an_edited_program_is_shown_approved_and_kept_as_a_deviation() -> None:
    world = World({**GOOD, "fix it gently": shell()})
    person = Script(say.Edit("fix it gently"), say.Go(), "Met")

    state = begin(world, BOOK, person)

    assert person.asks[:2] == [("approve", "fix it"), ("approve", "fix it gently")]
    assert world.backend.made == ["fix it gently"]
    assert state.deviations == 1


def test_an_edit_is_still_there_after_a_pause_and_approved_again() -> None:
    world = World({**GOOD, "fix it gently": shell()})
    begin(world, BOOK, Script(say.Edit("fix it gently"), say.Pause()))
    person = Script(say.Go(), "Met")

    resume(world, BOOK, person)

    assert person.asks[0] == ("approve", "fix it gently")
    assert world.backend.made == ["fix it gently"]


def test_a_reading_command_that_a_person_rewrote_is_a_change() -> None:
    reads = (
        "### Look\n\n**In a shell**, within 5s:\n\n```bash\nls\n```\n\n**Reads only**\n\n"
        "**Expect:** `exit_code == 0`\n\n- **Met:** stop\n- **Not met:** escalate\n"
    )
    world = World({"rm -r x": shell()})
    person = Script(say.Edit("rm -r x"), say.Go(), "Met")

    begin(world, book(reads), person)

    assert [kind for kind, _ in person.asks] == ["before", "approve", "choose"]
    assert world.backend.asked[0].key


def test_a_rollback_is_offered_when_what_follows_a_change_is_not_met() -> None:
    world = World(BAD)
    person = Script(say.Go(), "Met", say.Go(), say.Undo(), say.Go(), "Not met")

    state = begin(world, BOOK, person)

    need = person.needs[3]
    assert isinstance(need, Choose)
    assert need.undo
    assert need.undo.step.id == "fix"
    assert world.backend.made == ["fix it", "undo it"]
    assert state.end == "escalate"


def test_a_rollback_is_shown_approved_and_offered_once() -> None:
    person = Script(say.Go(), "Met", say.Go(), say.Undo(), say.Go())

    begin(World(BAD), BOOK, person)

    shown, after = person.needs[4], person.needs[5]
    assert isinstance(shown, Approve)
    assert shown.undo
    assert person.asks[4] == ("approve", "undo it")
    assert isinstance(after, Choose)
    assert after.undo is None


def test_a_declined_rollback_is_not_made_and_stays_on_offer() -> None:
    world = World(BAD)
    person = Script(say.Go(), "Met", say.Go(), say.Undo(), say.Decline())

    begin(world, BOOK, person)

    assert world.backend.made == ["fix it"]
    assert isinstance(person.needs[5], Choose)
    assert person.needs[5].undo


def test_no_rollback_is_offered_before_a_change_or_when_all_is_well() -> None:
    first = query("First", "up", "value > 5", ways(met="continue", not_met="continue"))
    person = Script(say.Go(), "Not met", say.Go(), "Met", say.Go(), "Met")

    begin(World(GOOD), book(first + FIX + CHECK), person)

    offers = [need.undo for need in person.needs if isinstance(need, Choose)]
    assert offers == [None, None, None]


def test_a_change_that_is_not_met_can_be_made_again_after_another_yes() -> None:
    world = World({**GOOD, "fix it": [shell(code=1), shell()]})
    person = Script(say.Go(), say.Again(), say.Go(), "Met", say.Go(), "Met")

    state = begin(world, BOOK, person)

    assert world.backend.made == ["fix it", "fix it"]
    assert len({attempt["key"] for attempt in world.data("action started")} - {""}) == 2
    assert state.end == "stop"


def test_a_change_never_polls() -> None:
    steps = FIX.replace("within 10s", "within 10s, every 5s for up to 1m")
    world = World({**GOOD, "fix it": shell(code=1)})

    state = begin(world, book(steps + CHECK), Script(say.Go()))

    assert world.backend.made == ["fix it"]
    assert verdicts(state) == [("fix", "not met")]


@pytest.mark.parametrize("reply", [shell(), shell(code=1), failing("lost")])
def test_a_crash_during_a_change_makes_it_once_and_finds_its_result(
    reply: dict[str, object],
) -> None:
    world = World({**GOOD, "fix it": reply})
    world.backend.crash_at = "fix it"
    with pytest.raises(Crash):
        begin(world, BOOK, Script(say.Go()))

    state = resume(world, BOOK, Script())

    undisturbed = begin(World({**GOOD, "fix it": reply}), BOOK, Script(say.Go()))
    assert world.backend.made == ["fix it"]
    assert state.visits[0].verdict == undisturbed.visits[0].verdict
    assert state.visits[0].message == undisturbed.visits[0].message


def test_a_crash_before_a_change_was_begun_asks_for_approval_again() -> None:
    world = World(GOOD)
    world.backend.crash_before = "fix it"
    with pytest.raises(Crash):
        begin(world, BOOK, Script(say.Go()))
    person = Script(say.Go(), "Met", say.Go(), "Met")

    state = resume(world, BOOK, person)

    assert person.asks[0] == ("approve", "fix it")
    assert world.backend.made == ["fix it"]
    assert state.end == "stop"


def test_an_approval_is_for_now_and_not_for_whenever_the_run_goes_on() -> None:
    world = World(GOOD)
    world.store.crash_after = 3  # begun, entered, approved
    with pytest.raises(Crash):
        begin(world, BOOK, Script(say.Go()))
    world.store.crash_after = None

    state = resume(world, BOOK)

    assert state.paused
    assert world.backend.asked == []


def test_a_crash_during_a_rollback_undoes_it_once() -> None:
    world = World(BAD)
    world.backend.crash_at = "undo it"
    with pytest.raises(Crash):
        begin(world, BOOK, Script(say.Go(), "Met", say.Go(), say.Undo(), say.Go()))

    state = resume(world, BOOK, Script("Not met"))

    assert world.backend.made == ["fix it", "undo it"]
    assert state.visits[0].rollback is not None
    assert state.visits[0].rollback.answer is not None


@pytest.mark.parametrize(
    ("machine", "where"),
    [
        (Machine("web-2", "spool-2"), "begun on web-1"),
        (Machine("web-1", "spool-2"), "begun on another state folder"),
    ],
)
def test_an_open_change_is_not_resumed_where_its_result_is_not_known(
    machine: Machine, where: str
) -> None:
    world = World(GOOD)
    world.backend.crash_at = "fix it"
    with pytest.raises(Crash):
        begin(world, BOOK, Script(say.Go()))
    world.machine = machine

    with pytest.raises(SessionError, match=where):
        resume(world, BOOK, Script())

    assert "run resumed" not in world.kinds()


def test_a_run_without_an_open_change_goes_on_anywhere() -> None:
    world = World(GOOD)
    begin(world, BOOK, Script(say.Go(), "Met"))
    world.machine = Machine("web-2", "spool-2")

    state = resume(world, BOOK, Script(say.Go(), "Met"))

    assert state.end == "stop"
    assert world.data("action started")[0]["machine"] == HERE.name


def test_a_run_that_goes_on_elsewhere_stops_here() -> None:
    world = World(GOOD)
    runner = Runner(RUN, BOOK, world.outside(), Script(say.Go(), "Met"))
    runner.begin(Start("sha256:0"))
    Runner(RUN, BOOK, world.outside(), Nobody()).resume()

    with pytest.raises(ConflictError, match="run run-1 goes on elsewhere"):
        runner.go()

    assert world.backend.made == []


def test_the_last_words_of_a_killed_process_may_come_after_we_read() -> None:
    world = World(GOOD)
    begin(world, BOOK, Script(say.Go(), "Met", say.Pause()))
    late = Runner(RUN, BOOK, world.outside(), Script(say.Go(), "Met"))
    stream, kept = f"run/{RUN}", len(world.store.events)
    note = NewEvent("note added", world.clock.now(), {"text": "late"})
    world.store.append(stream, kept, [note])

    late.resume()

    assert late.go().end == "stop"
    assert world.kinds().count("run resumed") == 1


def test_a_run_that_is_over_is_not_resumed() -> None:
    world = World(GOOD)
    begin(world, BOOK, Script(say.Go(), "Met", say.Go(), "Met"))

    with pytest.raises(SessionError, match="is over: stop"):
        resume(world, BOOK)

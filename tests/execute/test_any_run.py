"""What holds for every run: any steps, any answers, any decisions, any crash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from hypothesis import given, settings, strategies as st

from execute.books import RUN, begin, book, change, query
from execute.fakes import Crash, World, failing, shell, value
from runbookkit.execute import person as say
from runbookkit.execute.needs import Approve, Choose, Confirm, RunAction
from runbookkit.execute.outside import Start
from runbookkit.execute.person import Nobody
from runbookkit.execute.runner import Runner
from runbookkit.execute.state import state_of
from runbookkit.model.answer import Ask
from runbookkit.model.event import Event
from runbookkit.model.runbook import Runbook
from runbookkit.model.runstate import RunState

NAMES = ("A", "B", "C", "D")
KINDS = ("query", "query", "poll", "change", "question", "hand")
ANSWERS: dict[str, Any] = {
    "met": value(1),
    "not met": value(0),
    "NaN": value(float("nan")),
    "empty": {"series": []},
    "error": failing("refused"),
}
TARGETS = (
    "continue",
    "stop",
    "escalate",
    *(f"go to [{n}](#{n.lower()})" for n in NAMES),
)
MOST_QUESTIONS = 40


@dataclass(frozen=True)
class Plan:
    """A runbook, what its engines answer, and a seed for its person."""

    kinds: tuple[str, ...]
    met: tuple[str, ...]
    not_met: tuple[str, ...]
    answers: tuple[str, ...]
    seed: int

    def runbook(self) -> Runbook:
        return book("".join(self._step(number) for number in range(len(self.kinds))))

    def _step(self, number: int) -> str:
        name, kind = NAMES[number], self.kinds[number]
        yes, no = self.met[number], self.not_met[number]
        labels = ("Yes", "No") if kind == "question" else ("Met", "Not met")
        ways = "\n".join(
            f"- **{label}:** {target}"
            for label, target in zip(labels, (yes, no), strict=True)
            if target
        )
        if kind == "question":
            return f"### {name}\n\n**Ask:** {name}?\n\n{ways}\n\n"
        if kind == "hand":
            return f"### {name}\n\nDo it.\n\n{ways}\n\n"
        if kind == "change":
            return change(name, f"do {name}", ways, rollback=f"undo {name}")
        lead = ", every 30s for up to 2m" if kind == "poll" else ""
        return query(name, f"ask_{name}", "value > 0", ways, lead=lead)

    def world(self) -> World:
        replies: dict[str, Any] = {}
        for name, answer in zip(NAMES, self.answers, strict=False):
            replies[f"ask_{name}"] = ANSWERS[answer]
            bad = ANSWERS["error"] if answer == "error" else shell(code=1)
            replies[f"do {name}"] = shell() if answer == "met" else bad
            replies[f"undo {name}"] = shell()
        return World(replies)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    count = draw(st.integers(1, len(NAMES)))

    def each(of: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(
            draw(st.lists(st.sampled_from(of), min_size=count, max_size=count))
        )

    return Plan(
        each(KINDS),
        each(("", *TARGETS)),
        each(("", *TARGETS)),
        each(tuple(ANSWERS)),
        draw(st.integers(0, 9)),
    )


@dataclass
class Anyone:
    """Decides by seed, step and visit, so that a resumed run is decided alike."""

    seed: int
    reasonable: bool = False
    """Approves, and follows verdicts where it can: such a run gets far."""
    name: str = "anyone"
    asked: int = 0
    told_of: list[tuple[Event, RunState]] = field(default_factory=list)

    def told(self, event: Event, state: RunState) -> None:
        self.told_of.append((event, state))

    def _pick(self, state: RunState, *choices: say.Decision) -> say.Decision:
        record = state.visits[-1]
        if record.visit > 4:
            return say.Pause()
        if self.reasonable:
            return choices[0]
        self.asked += 1
        if self.asked > MOST_QUESTIONS:
            return say.Pause()
        said = (
            f"{self.seed} {record.step} {record.visit} {len(choices)} {state.sequence}"
        )
        return choices[sha256(said.encode()).digest()[0] % len(choices)]

    def before(self, need: RunAction, ask: Ask, state: RunState) -> say.Decision:
        edit = say.Edit(f"{ask.text} ")
        assert need.step.effect == "read"
        return self._pick(state, say.Go(), say.Skip("x"), edit, say.Note("x"))

    def approve(self, need: Approve, ask: Ask, state: RunState) -> say.Decision:
        if need.undo:
            return self._pick(state, say.Go(), say.Decline(), say.Escalate("x"))
        edit = say.Edit(f"{ask.text} ")
        return self._pick(state, say.Go(), say.Decline(), edit, say.Skip("x"))

    def confirm(self, need: Confirm, state: RunState) -> say.Decision:
        assert need.step.action is None
        return self._pick(state, say.Go(), say.NotMet(), say.Skip("x"), say.Pause())

    def choose(self, need: Choose, state: RunState) -> say.Decision:
        takes: list[say.Decision] = [say.Take(edge) for edge in need.options]
        if need.suggested is not None:
            takes.insert(0, say.Take(need.suggested))
        others: list[say.Decision] = [say.Undo()] if need.undo else []
        if state.visits[-1].verdict is not None:
            others.append(say.Again())
        return self._pick(state, *takes, *others, say.Escalate("x"))


def story(state: RunState) -> list[Any]:
    """What a run came to, without times and keys."""
    visits = [
        (each.step, each.visit, each.verdict, each.message, each.choice)
        for each in state.visits
    ]
    return [*visits, state.end, state.paused, dict(state.captures)]


@given(plans())
@settings(deadline=None)
def test_a_run_ends_or_pauses_and_its_events_tell_its_state(plan: Plan) -> None:
    world, person = plan.world(), Anyone(plan.seed)

    state = begin(world, plan.runbook(), person)

    assert (state.end is not None) != state.paused
    assert all(each.verdict for each in state.visits[:-1])
    events = world.store.events
    assert [event for event, _ in person.told_of] == events
    for number, (_, shown) in enumerate(person.told_of, 1):
        assert shown == state_of(RUN, events[:number])


@given(plans())
@settings(deadline=None)
def test_without_a_person_nothing_is_changed_and_no_error_takes_a_branch(
    plan: Plan,
) -> None:
    world = plan.world()

    state = begin(world, plan.runbook(), Nobody())

    assert (state.end is not None) != state.paused
    assert world.backend.made == []
    for record in state.visits:
        assert record.verdict in {"met", "not met", "error", None}
        assert record.verdict != "error" or record.choice == ""
    voided = [each for each in state.visits if each.verdict == "not met"]
    answers = {
        name.lower(): said for name, said in zip(NAMES, plan.answers, strict=False)
    }
    assert all(answers[each.step] == "not met" for each in voided)


@given(plans(), st.integers(1, 60), st.booleans())
@settings(max_examples=200, deadline=None)
def test_a_run_that_is_killed_anywhere_comes_to_the_same(
    plan: Plan, moment: int, in_engine: bool
) -> None:
    book_, undisturbed, world = plan.runbook(), plan.world(), plan.world()
    expected = begin(undisturbed, book_, Anyone(plan.seed, reasonable=True))
    if in_engine:
        world.backend.crash_at = f"do {NAMES[moment % len(plan.kinds)]}"
    else:
        world.store.crash_after = moment

    state = _driven(world, book_, lambda: Anyone(plan.seed, reasonable=True))

    assert story(state) == story(expected)
    assert world.backend.made == undisturbed.backend.made


@given(plans(), st.integers(1, 60))
@settings(deadline=None)
def test_no_change_is_made_twice_or_without_a_yes(plan: Plan, moment: int) -> None:
    world = plan.world()
    world.store.crash_after = moment

    _driven(world, plan.runbook(), lambda: Anyone(plan.seed))

    kinds = world.kinds()
    yes = kinds.count("change approved") + kinds.count("rollback started")
    assert len(world.backend.made) <= yes


def _driven(world: World, runbook: Runbook, person: Callable[[], Anyone]) -> RunState:
    """Run, and go on after each crash, until the run is over or paused."""
    while True:
        runner = Runner(RUN, runbook, world.outside(), person())
        try:
            if runner.state.sequence == 0:
                runner.begin(Start("sha256:0"))
            elif runner.state.end is None and not runner.state.paused:
                runner.resume()
            return runner.go()
        except Crash:
            world.store.crash_after = None

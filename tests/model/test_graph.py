from __future__ import annotations

from hypothesis import given, strategies as st

from runbookkit.model.document import CodeBlock, Document
from runbookkit.model.graph import cycles, paths, reachable, step_graph, way
from runbookkit.model.runbook import (
    Action,
    Branch,
    BranchKind,
    Expectation,
    Metadata,
    Question,
    Runbook,
    Section,
    Step,
    Target,
    TargetKind,
)
from runbookkit.model.span import Located, Span

HERE = Span(1, 1, 1, 1)
CODE = CodeBlock("up", HERE, (1,), HERE, "promql", fenced=True)
EXPECT = Expectation("", Located("value > 0", HERE, (1,)), HERE)
ASK = Question("Which?", HERE)


def branch(kind: BranchKind, target: TargetKind, href: str = "") -> Branch:
    return Branch(kind, kind, Target(target, href), HERE)


def step(
    name: str,
    *branches: Branch,
    expects: bool = False,
    acts: bool = True,
    asks: bool = False,
) -> Step:
    return Step(
        name,
        name,
        HERE,
        "Diagnosis",
        1,
        action=Action("promql", CODE) if acts else None,
        expectations=(EXPECT,) if expects else (),
        question=ASK if asks else None,
        branches=branches,
    )


def runbook(*steps: Step) -> Runbook:
    section = Section("Diagnosis", "diagnosis", HERE, 1, steps=steps)
    document = Document("a.md", (), (), (), (), frozenset())
    return Runbook("a.md", "", "runbook/v1", Metadata(), (section,), document)


def ways_out(*steps: Step) -> list[tuple[str, str, str]]:
    graph = step_graph(runbook(*steps))
    return [
        (edge.source, edge.kind, edge.target or str(edge.end)) for edge in graph.edges
    ]


def test_met_without_a_branch_goes_on_to_the_next_step() -> None:
    found = ways_out(
        step("a", branch("not met", "escalate"), expects=True),
        step("b", branch("met", "stop")),
    )

    assert found == [
        ("a", "next", "b"),
        ("a", "not met", "escalate"),
        ("b", "met", "stop"),
    ]


def test_behind_the_last_step_is_nowhere() -> None:
    assert ways_out(step("a"), step("b", branch("met", "continue"))) == [
        ("a", "next", "b"),
        ("b", "met", "nowhere"),
    ]


def test_a_question_is_left_by_its_choices_alone() -> None:
    asked = step(
        "a",
        branch("choice", "stop"),
        branch("not met", "escalate"),
        acts=False,
        asks=True,
    )

    assert ways_out(asked, step("b", branch("met", "stop"))) == [
        ("a", "choice", "stop"),
        ("b", "met", "stop"),
    ]


def test_what_ran_without_an_expectation_cannot_be_not_met() -> None:
    found = ways_out(step("a", branch("not met", "escalate"), branch("met", "stop")))

    assert found == [("a", "met", "stop")]


def test_a_person_can_say_that_a_manual_step_is_not_met() -> None:
    manual = step("a", branch("met", "stop"), branch("not met", "escalate"), acts=False)

    assert ("a", "not met", "escalate") in ways_out(manual)


def test_conditions_are_left_to_the_verdict_when_none_holds() -> None:
    found = ways_out(step("a", branch("when", "escalate"), branch("met", "stop")))

    assert found == [("a", "when", "escalate"), ("a", "met", "stop")]


def test_a_link_leads_to_a_step_to_another_runbook_or_to_nothing_known() -> None:
    found = ways_out(
        step(
            "a",
            branch("met", "go to", "#b"),
            branch("not met", "go to", "c.md#d"),
            expects=True,
        ),
        step("b", branch("met", "go to", "#gone")),
    )

    assert found == [
        ("a", "met", "b"),
        ("a", "not met", "hand over"),
        ("b", "met", "unknown"),
    ]


def test_a_jump_leaves_steps_out_of_reach() -> None:
    graph = step_graph(
        runbook(step("a", branch("met", "go to", "#c")), step("b"), step("c"))
    )

    assert reachable(graph) == {"a", "c"}


def test_a_way_takes_allowed_edges_only() -> None:
    graph = step_graph(
        runbook(
            step("a", branch("not met", "go to", "#c"), expects=True),
            step("b"),
            step("c"),
        )
    )

    past = way(graph, "c", lambda edge: edge.target != "b")

    assert [edge.kind for edge in past] == ["not met"]
    assert not way(graph, "b", lambda edge: edge.source != "a")


def test_a_step_that_leads_back_makes_a_cycle_with_its_exits() -> None:
    graph = step_graph(
        runbook(
            step("a"),
            step(
                "b",
                branch("met", "stop"),
                branch("not met", "go to", "#a"),
                expects=True,
            ),
        )
    )

    (cycle,) = cycles(graph)

    assert cycle.steps == ("a", "b")
    assert [edge.end for edge in cycle.exits] == ["stop"]


def test_a_path_ends_where_it_leaves_or_comes_back() -> None:
    graph = step_graph(
        runbook(
            step("a", branch("not met", "go to", "#a"), expects=True),
            step("b", branch("met", "stop")),
        )
    )

    found = [[edge.kind for edge in path] for path in paths(graph)]

    assert found == [["next", "met"], ["not met"]]


def test_a_runbook_without_steps_has_an_empty_graph() -> None:
    graph = step_graph(runbook())

    assert not graph.edges
    assert not reachable(graph)
    assert not list(paths(graph))


@given(
    st.lists(
        st.tuples(st.sampled_from(["met", "not met"]), st.integers(0, 5)),
        min_size=1,
        max_size=6,
    )
)
def test_every_cycle_can_be_walked_round(jumps: list[tuple[BranchKind, int]]) -> None:
    steps = [
        step(str(number), branch(kind, "go to", f"#{target}"), expects=True)
        for number, (kind, target) in enumerate(jumps)
    ]

    graph = step_graph(runbook(*steps))

    for cycle in cycles(graph):
        assert {edge.source for edge in cycle.inner} == set(cycle.steps)
        assert all(edge.target not in cycle.steps for edge in cycle.exits)

"""Whatever becomes of a page: no player and no judge falls over it."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings, strategies as st

from audit.pages import PAGE, case, verdict
from runbookkit.audit.derive import derived_scenarios

LINES = PAGE.splitlines()
PLACES = st.integers(16, len(LINES) - 1)
"""Behind the front matter."""
CHANGES = st.one_of(
    st.tuples(st.just("drop"), PLACES, st.just("")),
    st.tuples(st.just("double"), PLACES, st.just("")),
    st.tuples(st.just("put"), PLACES, st.text(max_size=20)),
    st.tuples(st.just("move"), PLACES, st.just("")),
)
RELAXED = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def changed(changes: list[tuple[str, int, str]]) -> str:
    lines = list(LINES)
    for what, place, text in changes:
        at = min(place, len(lines) - 1)
        if what == "put":
            lines.insert(at, text)
        elif what == "double":
            lines.insert(at, lines[at])
        elif what == "move":
            lines.append(lines.pop(at))
        else:
            del lines[at]
    return "\n".join(lines) + "\n"


@RELAXED
@given(
    st.lists(CHANGES, max_size=6),
    st.sampled_from(["literal", "hallucinating", "obedient", "chatty", "parallel"]),
)
def test_a_page_that_was_spoiled_is_played_and_judged(
    changes: list[tuple[str, int, str]], player: str
) -> None:
    of = case(changed(changes))

    found = verdict(player, of)

    assert found.verdict in {"executable", "gaps", "untrusted", "error"}
    assert found.verdict != "executable" or (found.reached, found.outcome) == (
        "stop",
        "resolved",
    )


@RELAXED
@given(st.lists(CHANGES, max_size=6))
def test_scenarios_of_a_page_that_was_spoiled_come_out_as_they_say(
    changes: list[tuple[str, int, str]],
) -> None:
    text = changed(changes)

    for each in list(derived_scenarios(case(text).runbook))[:5]:
        found = verdict("literal", case(text, each))

        assert "does not come out as it expects" not in found.error

"""Curves in a terminal: drawn where they can be, said everywhere."""

from __future__ import annotations

import io

from hypothesis import given, settings, strategies as st
from rich.console import Console

from execute.books import begin, book, query
from execute.fakes import Script, World
from runbookkit.cli.drawing import chart, words
from runbookkit.cli.showing import Showing
from runbookkit.execute.curves import Curve, Threshold
from runbookkit.execute.person import Go
from runbookkit.model.graph import step_graph

STEP = query("Busy", "cpu", "series.all(s, s.max < 0.5)", lead=", over the last 1h")
POINTS = [[1_795_176_000 + 15 * n, n / 10] for n in range(9)]
SERIES = {"labels": {"job": "[red]a\x1b[2J"}, "points": POINTS, "last": 0.8}
number = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))


def shown(*, terminal: bool) -> str:
    runbook = book(STEP)
    out = io.StringIO()
    variables = {"TERM": "xterm-256color", "COLUMNS": "80"}
    console = Console(file=out, force_terminal=terminal, _environ=variables)
    showing = Showing(runbook, step_graph(runbook), console, "")
    world = World({"cpu": {"series": [SERIES]}})
    state = begin(world, runbook, Script(Go()))
    for event in world.store.events:
        showing.told(event, state)
    return out.getvalue()


def braille(text: str) -> bool:
    return any("\u2800" < each <= "\u28ff" for each in text)


def test_a_terminal_gets_a_chart_and_the_same_in_words() -> None:
    out = shown(terminal=True)

    assert braille(out)
    assert "min 0, max 0.8, last 0.8" in out
    assert "threshold: expected below 0.5" in out


def test_a_pipe_gets_words_alone() -> None:
    out = shown(terminal=False)

    assert not braille(out)
    assert "job=[red]a\N{REPLACEMENT CHARACTER}[2J: min 0, max 0.8, last 0.8" in out
    assert "threshold: expected below 0.5" in out


@given(st.lists(number, max_size=20), number)
@settings(deadline=None, max_examples=60)
def test_any_values_can_be_drawn(
    values: list[float | None], level: float | None
) -> None:
    points = tuple((15.0 * n, value) for n, value in enumerate(values))
    known = [value for value in values if value is not None]
    least, most = min(known, default=None), max(known, default=None)
    curve = Curve("a", points, least, most, values[-1] if values else None)
    held = [Threshold("<", level)] if level is not None else []

    drawn = chart([curve], held, 60, 10)

    assert all(len(line) < 1000 for line in drawn.splitlines())
    assert len(words([curve], held)) == 1 + len(held)

"""What servers tell of one request is put in order, and contradictions are seen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from runbookkit.app.joining import (
    TOLERANCE,
    Counted,
    Line,
    Pieces,
    Span,
    missing_parts,
    skews,
    timeline,
)
from runbookkit.moments import nanoseconds_told, rfc3339

MS = 1_000_000
START = 1_795_176_000_000_000_007
ROOT = Span("a", "", "shop", "POST /pay", "server", START, START + 500 * MS)
CALL = Span("b", "a", "payments", "charge", "server", START + 10 * MS, START + 400 * MS)
times = st.integers(START, START + 1000 * MS)


@st.composite
def nested(draw: st.DrawFn) -> list[Span]:
    """Spans each of which lies inside its parent, as with one clock."""
    spans = [ROOT]
    for number in range(draw(st.integers(0, 8))):
        parent = draw(st.sampled_from(spans))
        start = draw(st.integers(parent.start, parent.end))
        end = draw(st.integers(start, parent.end))
        service = draw(st.sampled_from(["shop", "payments"]))
        spans.append(
            Span(f"c{number}", parent.id, service, "work", "internal", start, end)
        )
    return spans


lines = st.lists(st.builds(Line, times, st.just("shop"), st.just("info"), st.text()))
counted = st.lists(
    st.builds(Counted, times, st.just("shop"), st.just("m"), st.just(0.5), st.none())
)


@given(st.data(), nested(), lines, counted)
def test_the_order_of_answers_does_not_matter(
    data: st.DataObject, spans: list[Span], said: list[Line], seen: list[Counted]
) -> None:
    pieces = Pieces(spans, said, seen)
    again = Pieces(
        data.draw(st.permutations(spans)),
        data.draw(st.permutations(said)),
        data.draw(st.permutations(seen)),
    )

    assert timeline(pieces) == timeline(again)
    assert skews(pieces) == skews(again)


@given(nested(), lines, counted)
def test_nothing_is_lost_and_time_only_goes_on(
    spans: list[Span], said: list[Line], seen: list[Counted]
) -> None:
    found = timeline(Pieces(spans, said, seen))

    moments = [nanoseconds_told(each.at) for each in found]
    assert moments == sorted(moments)
    assert len(found) == len(spans) + len(said) + len(seen)


@given(nested(), st.lists(st.integers(0, 500), max_size=5))
def test_one_clock_makes_no_skew(spans: list[Span], after: list[int]) -> None:
    said = [Line(ROOT.start + each * MS, "", "info", "said") for each in after]
    seen = Counted(ROOT.end, "shop", "m_seconds_bucket", 0.5, ROOT.milliseconds)

    assert skews(Pieces(spans, said, [seen])) == ()


@given(st.integers(TOLERANCE + 1, 10**13))
def test_a_slow_clock_shows_by_at_least_what_is_told(behind: int) -> None:
    early = replace(CALL, start=CALL.start - behind, end=CALL.end - behind)

    found = skews(Pieces([ROOT, early]))

    hidden = CALL.start - ROOT.start
    if behind - hidden <= TOLERANCE:
        assert found == ()
    else:
        assert [each.kind for each in found] == ["span before parent"]
        assert found[0].milliseconds == pytest.approx((behind - hidden) / MS)
        assert "payments 'charge' begins" in found[0].text


@given(st.integers(0, 2**63 - 1))
def test_a_moment_is_told_to_the_nanosecond_and_read_back(nanos: int) -> None:
    assert nanoseconds_told(rfc3339(nanos)) == nanos


def test_a_span_that_outlives_its_parent_may_be_right() -> None:
    (found,) = skews(Pieces([ROOT, replace(CALL, end=ROOT.end + 30 * MS)]))

    assert (found.kind, found.milliseconds) == ("span after parent", 30)
    assert "in the background" in found.text


@pytest.mark.parametrize(
    ("line", "whose"),
    [
        (Line(START, "payments", "info", "x"), "payments 'charge'"),
        (Line(START - 5 * MS, "other", "info", "x"), "shop 'POST /pay'"),
        (Line(START, "shop", "info", "x", span="b"), "payments 'charge'"),
    ],
    ids=["of its service", "of the trace", "of the span that it names"],
)
def test_a_line_older_than_its_span_is_a_skew(line: Line, whose: str) -> None:
    (found,) = skews(Pieces([ROOT, CALL], [line]))

    assert found.kind == "line before span"
    assert whose in found.text


@pytest.mark.parametrize(
    ("seen", "kind"),
    [
        (Counted(START - 50 * MS, "", "m", 0.5, 500), "exemplar before trace"),
        (Counted(ROOT.end + 5000 * MS, "", "m", 0.5, 500), "exemplar after trace"),
        (Counted(ROOT.end, "", "m", 2.0, 2000), "durations differ"),
    ],
)
def test_an_exemplar_that_does_not_fit_the_trace_is_a_skew(
    seen: Counted, kind: str
) -> None:
    assert [each.kind for each in skews(Pieces([ROOT], [], [seen]))] == [kind]


def test_a_cause_stands_before_what_begins_in_the_same_nanosecond() -> None:
    child = replace(CALL, start=ROOT.start)
    line = Line(START, "shop", "info", "begun")

    found = timeline(Pieces([child, ROOT], [line]))

    assert [each.span_id or each.text for each in found] == ["a", "b", "begun"]


def test_what_the_pieces_speak_of_and_is_not_there_is_named() -> None:
    orphan = replace(CALL, parent="gone")
    client = Span("d", "a", "shop", "GET", "client", START, START, peer="stock")

    found = missing_parts(
        Pieces([ROOT, orphan, client], [Line(START, "shop", "info", "x")])
    )

    assert "1 parent spans (gone)" in found[0]
    assert "spans of stock, which was called" in found[1]
    assert found[2] == "log lines of payments with this id"


def test_a_span_that_is_its_own_parent_is_no_skew() -> None:
    assert skews(Pieces([replace(ROOT, parent="a")])) == ()

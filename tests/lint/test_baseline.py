"""A baseline holds what was there, and nothing else."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from runbookkit.errors import ConfigError
from runbookkit.lint.baseline import (
    Baseline,
    BaselineKey,
    apply_baseline,
    baseline_of,
    read_baseline,
    shrink,
    write_baseline,
)
from runbookkit.lint.fingerprint import fingerprints
from runbookkit.model.finding import Finding
from runbookkit.model.span import Span

LINES = ("# A", "", "```", "ls", "```", "", "  ```", "ls", "```")


def finding(line: int, code: str = "RB202", path: str = "a.md") -> Finding:
    return Finding(path, Span(line, 1, line, 2), code, "x", "error", "y")


def source(path: str) -> tuple[str, ...]:
    return LINES if path == "a.md" else ()


def test_the_file_has_one_sorted_entry_on_a_line() -> None:
    found = [finding(4, path="b.md"), finding(3), finding(7), finding(4, "RB101")]

    text = write_baseline(baseline_of(found, source))

    hashes = [entry["line"] for entry in json.loads(text)["findings"]]
    assert text == (
        '{"version": 1, "findings": [\n'
        f'{{"path": "a.md", "code": "RB101", "line": "{hashes[0]}", "count": 1}},\n'
        f'{{"path": "a.md", "code": "RB202", "line": "{hashes[1]}", "count": 2}},\n'
        f'{{"path": "b.md", "code": "RB202", "line": "{hashes[2]}", "count": 1}}\n'
        "]}\n"
    )


def test_one_more_of_the_same_kind_on_an_equal_line_is_new() -> None:
    baseline = baseline_of([finding(3)], source)

    after = apply_baseline([finding(3), finding(7)], baseline, source)

    assert after.findings == (finding(7),)
    assert after.baselined == 1


def test_a_changed_line_makes_its_finding_new_and_its_entry_stale() -> None:
    baseline = baseline_of([finding(4)], source)

    after = apply_baseline([finding(4)], baseline, lambda _: ("", "", "", "ls -l"))

    assert after.findings == (finding(4),)
    assert after.stale == baseline


def test_what_no_longer_occurs_is_dropped_and_counts_go_down() -> None:
    baseline = baseline_of([finding(3), finding(7), finding(4)], source)

    after = apply_baseline([finding(3)], baseline, source)

    assert shrink(baseline, after.stale) == baseline_of([finding(3)], source)


def test_what_this_run_did_not_look_at_is_not_stale() -> None:
    baseline = baseline_of(
        [finding(3), finding(3, path="b.md"), finding(4, "RB101")], source
    )

    after = apply_baseline([], baseline, source, paths={"a.md"}, codes={"RB202"})

    assert after.stale == baseline_of([finding(3)], source)


lines = st.lists(st.sampled_from(["", "a", "  a", "b", "日本"]), min_size=1, max_size=9)


@st.composite
def runs(draw: st.DrawFn) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    source = tuple(draw(lines))
    places = st.tuples(st.integers(1, len(source)), st.sampled_from(["RB101", "RB202"]))
    found = [finding(line, code) for line, code in draw(st.lists(places, max_size=9))]
    return source, tuple(found)


@given(runs())
def test_a_baseline_that_was_just_written_leaves_nothing(
    run: tuple[tuple[str, ...], tuple[Finding, ...]],
) -> None:
    source, found = run
    text = write_baseline(baseline_of(found, lambda _: source))

    after = apply_baseline(found, read_baseline(text, "x"), lambda _: source)

    assert after.findings == ()
    assert after.baselined == len(found)
    assert not after.stale.counts


@given(runs(), st.data())
def test_blank_lines_above_change_nothing(
    run: tuple[tuple[str, ...], tuple[Finding, ...]], data: st.DataObject
) -> None:
    source, found = run
    before = [mark for _, mark in fingerprints(found, lambda _: source)]
    at = data.draw(st.integers(0, len(source)))
    shifted = (*source[:at], "", *source[at:])
    moved = tuple(
        each if each.span.line <= at else finding(each.span.line + 1, each.code)
        for each in found
    )

    after = apply_baseline(
        moved, baseline_of(found, lambda _: source), lambda _: shifted
    )

    assert after.findings == ()
    assert not after.stale.counts
    assert [mark for _, mark in fingerprints(moved, lambda _: shifted)] == before


keys = st.builds(BaselineKey, st.text(), st.text(), st.text())


@given(st.dictionaries(keys, st.integers(1, 9)))
def test_what_is_written_is_read_again(counts: dict[BaselineKey, int]) -> None:
    text = write_baseline(Baseline(counts))

    assert read_baseline(text, "x").counts == Counter(counts)
    assert write_baseline(read_baseline(text, "x")) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "b.json:1: not JSON"),
        ('{"version": 1,\n"findings": [\nx]}', "b.json:3: not JSON"),
        ("[" * 100_000, "b.json:1: nested too deeply"),
        ("[]", "b.json:1: version None is not 1"),
        ('{"version": 2}', "b.json:1: version 2 is not 1"),
        ('{"version": 1, "findings": {}}', 'b.json:1: "findings" is no list'),
        ('{"version": 1, "findings": [7]}', "b.json:1: an entry is an object, not 7"),
    ],
)
def test_a_file_that_is_no_baseline_is_refused(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read_baseline(text, "b.json")

    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"count": "2"}, "'count' is no number"),
        ({"count": True}, "'count' is no number"),
        ({"count": 0}, "'count' is not positive"),
        ({"code": None}, "'code' is no text"),
        ({"extra": 1}, "an entry has the keys path, code, line, count"),
    ],
)
def test_a_broken_entry_is_named_by_its_line(
    change: dict[str, object], problem: str
) -> None:
    good = {"path": "{a}.md", "code": "RB1", "line": "0", "count": 1}
    entries = [json.dumps(good), json.dumps({**good, **change})]
    text = '{"version": 1, "findings": [\n' + ",\n".join(entries) + "\n]}"

    with pytest.raises(ConfigError) as refused:
        read_baseline(text, "b.json")

    assert str(refused.value).startswith(f"b.json:3: {problem}")


def test_equal_findings_on_equal_lines_have_marks_of_their_own() -> None:
    found = [finding(3), finding(7), replace(finding(3), code="RB1")]

    assert len({mark for _, mark in fingerprints(found, source)}) == 3

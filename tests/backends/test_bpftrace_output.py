from __future__ import annotations

import json

import pytest
from hypothesis import given, strategies as st

from runbookkit.backends.bpftrace.output import Said, decode


def said(*lines: str, **folds: str) -> Said:
    named = {f"@{name}": fold for name, fold in folds.items()}
    return decode("\n".join(lines).encode(), named)


def test_a_run_is_read_line_by_line_blank_ones_included() -> None:
    found = said(
        "# user 0",
        "# version bpftrace v0.17.0",
        '{"type": "attached_probes", "data": {"probes": 3}}',
        '{"type": "printf", "data": "hello x 42\\n"}',
        '{"type": "time", "data": "17:51:37\\n"}',
        '{"type": "printf", "data": "no newline"}',
        "",
        "",
        '{"type": "map", "data": {"@": {"sh": 3, "cat": 1}}}',
        '{"type": "map", "data": {"@total": 4}}',
        "",
        "# ended 0",
    )

    assert found.facts == {"user": "0", "version": "bpftrace v0.17.0", "ended": "0"}
    assert found.probes == 3
    assert found.maps == {"@": {"sh": 3, "cat": 1}, "@total": 4}
    assert found.stdout == "hello x 42\n17:51:37\nno newline"
    assert (found.lost_events, found.notes, found.unreadable) == (0, [], "")


def test_histograms_keep_their_buckets_and_open_ends() -> None:
    found = said(
        '{"type": "hist", "data": {"@us": [{"max": -1, "count": 1},'
        ' {"min": 0, "max": 0, "count": 2}, {"min": 1, "max": 1, "count": 3}]}}',
        '{"type": "hist", "data": {"@by": {"sh": [{"min": 10, "count": 1}]}}}',
    )

    assert found.hist == {
        "@us": [
            {"max": -1, "count": 1},
            {"min": 0, "max": 0, "count": 2},
            {"min": 1, "max": 1, "count": 3},
        ],
        "@by": {"sh": [{"min": 10, "count": 1}]},
    }
    assert found.maps == {}


def test_the_bucket_from_2_to_the_31_on_is_not_negative() -> None:
    found = said(
        '{"type": "hist", "data": {"@": [{"min": 1073741824, "max": 2147483647,'
        ' "count": 1}, {"min": -2147483648, "max": 0, "count": 3}]}}'
    )

    assert found.hist["@"][1] == {"min": 2147483648, "count": 3}


def test_stats_and_averages_are_maps() -> None:
    found = said(
        '{"type": "stats", "data": {"@s": {"count": 2, "average": 3, "total": 7}}}',
        '{"type": "stats", "data": {"@k": {"sh,1": {"count": 1, "average": 4,'
        ' "total": 4}}}}',
        '{"type": "stats", "data": {"@a": 3}}',
    )

    assert found.maps == {
        "@s": {"count": 2, "average": 3, "total": 7},
        "@k": {"sh,1": {"count": 1, "average": 4, "total": 4}},
        "@a": 3,
    }


def test_keys_of_several_parts_stay_as_they_are_joined() -> None:
    found = said('{"type": "map", "data": {"@m": {"k,1,2": 3, "a\\"b": 1}}}')

    assert found.maps["@m"] == {"k,1,2": 3, 'a"b': 1}


def test_stacks_are_keys_with_lines() -> None:
    found = said('{"type": "map", "data": {"@": {"\\n    read+1\\n    main+2\\n": 5}}}')

    assert found.maps["@"] == {"\n    read+1\n    main+2\n": 5}


def test_keys_that_read_the_same_are_taken_together() -> None:
    found = said('{"type": "map", "data": {"@n": {"f": 1, "g": 9, "f": 2}}}', n="sum")

    assert found.maps["@n"] == {"f": 3, "g": 9}
    assert found.notes == ["@n: keys that read the same are taken together"]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (r"next \uffffffc3\uffffffa9!", "next é!"),
        (r"\uffffffe2\uffffff82\uffffffac", "€"),
        (r"\uffffffc3 alone", "\ufffd alone"),
        (r"\\uffffffc3 is text", r"\uffffffc3 is text"),
        (r"\u0007 and \u00e9", "\a and é"),
        ("plain é", "plain é"),
    ],
)
def test_text_outside_ascii_comes_out_right(line: str, text: str) -> None:
    found = said(f'{{"type": "printf", "data": "{line}"}}')

    assert found.stdout == text


@given(st.text())
def test_whatever_is_mangled_comes_out_as_it_was(text: str) -> None:
    mangled = "".join(
        f"\\uffffff{byte:02x}" if byte >= 0x80 else json.dumps(chr(byte))[1:-1]
        for byte in text.encode()
    )

    found = decode(f'{{"type": "printf", "data": "{mangled}"}}'.encode(), {})

    assert found.stdout == text


def test_printed_values_and_joined_words_are_lines() -> None:
    found = said(
        '{"type": "value", "data": 5}',
        '{"type": "value", "data": [1,2,"a"]}',
        '{"type": "join", "data": "/bin/sh -c x"}',
    )

    assert found.stdout == '5\n[1, 2, "a"]\n/bin/sh -c x\n'


def test_of_a_map_that_is_printed_again_the_last_state_counts() -> None:
    found = said(
        '{"type": "map", "data": {"@x": {"1": 1}}}',
        '{"type": "map", "data": {"@x": {"1": 4}}}',
    )

    assert found.maps == {"@x": {"1": 4}}


def test_lost_events_add_up() -> None:
    found = said(
        '{"type": "lost_events", "data": {"events": 45}}',
        '{"type": "lost_events", "count": 5, "data": {"events": 5}}',
    )

    assert found.lost_events == 50


def test_errors_of_later_versions_at_run_time_are_notes() -> None:
    found = said(
        '{"type": "helper_error", "msg": "Argument list too long", "helper":'
        ' "map_update_elem", "retcode": -7, "filename": "stdin", "line": 2, "col": 5}'
    )

    assert found.notes == ["line 2: Argument list too long in map_update_elem"]


def test_numbers_that_later_versions_quote_are_numbers() -> None:
    found = said(
        '{"type": "map", "data": {"@c": "9007199254740993", "@t": {"a": "12"}}}',
        c="sum",
    )

    assert found.maps == {"@c": 9007199254740993, "@t": {"a": "12"}}


def test_a_line_that_cannot_be_read_is_kept() -> None:
    found = said(
        '{"type": "map", "data": {"@x": ', '{"type": "map", "data": {"@y": 1}}'
    )

    assert found.unreadable == '{"type": "map", "data": {"@x": '
    assert found.maps == {"@y": 1}


@given(st.binary())
def test_any_bytes_are_read(output: bytes) -> None:
    decode(output, {})

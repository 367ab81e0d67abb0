from __future__ import annotations

from runbookkit.cli.maps import map_lines


def test_the_largest_keys_come_first_and_the_rest_is_counted() -> None:
    lines = list(map_lines({"maps": {"@": {f"p{n}": n for n in range(25)}}}))

    assert lines[0] == "  @[p24]: 24"
    assert len(lines) == 11
    assert lines[-1] == "  @: … and 15 more keys"


def test_a_histogram_has_a_bar_for_each_bucket() -> None:
    buckets = [
        {"max": -1, "count": 0},
        {"min": 0, "max": 0, "count": 5},
        {"min": 1024, "max": 2047, "count": 10},
        {"min": 2**31, "count": 1},
    ]

    lines = list(map_lines({"hist": {"@us": buckets, "@by": {"sh": buckets[:1]}}}))

    assert lines == [
        "  @us:",
        "                 to -1         0",
        f"                     0         5 {'#' * 15}",
        f"        1,024 to 2,047        10 {'#' * 30}",
        f"    from 2,147,483,648         1 {'#' * 3}",
        "  @by[sh]:",
        "    to -1         0",
    ]


def test_stats_lists_and_stacks_fit_in_a_line() -> None:
    names = {
        "maps": {
            "@s": {"count": 2, "average": 3, "total": 6},
            "@k": {"sh": {"count": 1, "average": 4, "total": 4}},
            "@last": [12, 30_000],
            "@stack": {"\n    read+1\n    main+2\n": 5},
        }
    }

    assert list(map_lines(names)) == [
        "  @s: count 2, average 3, total 6",
        "  @k[sh]: count 1, average 4, total 4",
        "  @last: 12, 30,000",
        "  @stack[read+1 ← main+2]: 5",
    ]


def test_other_answers_have_no_maps() -> None:
    assert list(map_lines({"series": [], "value": 1})) == []

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from runbookkit.backends.bpftrace.host import Seen
from runbookkit.backends.bpftrace.hosts import combine
from runbookkit.backends.bpftrace.merge import merged, together
from runbookkit.backends.bpftrace.output import Said
from runbookkit.backends.bpftrace.reasons import failure, left_out, warnings_of
from runbookkit.errors import (
    AnswerTooLargeError,
    BackendError,
    BackendUnavailableError,
    QueryRejectedError,
)

MEMLOCK = (
    "ERROR: Unknown error -1: couldn't set RLIMIT_MEMLOCK for bpftrace. If your"
    ' program is not loading, you can try "ulimit -l 8192" to fix the problem\n'
)
COUNTS = st.dictionaries(st.sampled_from("abc"), st.integers(0, 2**40), min_size=1)


def seen(*, partial: str = "", warnings: tuple[str, ...] = (), **said: object) -> Seen:
    return Seen(Said(**said), 2.0, warnings, partial)  # type: ignore[arg-type]  # any field


def down(reason: str) -> BackendError:
    return BackendUnavailableError(reason, backend="bpftrace")


def test_counts_add_up_key_by_key() -> None:
    found = merged(
        [{"@": {"sh": 1, "cat": 2}, "@n": 3}, {"@": {"sh": 4}}, {"@n": 5}],
        {"@": "sum", "@n": "sum"},
    )

    assert found == {"@": {"sh": 5, "cat": 2}, "@n": 8}


@given(st.lists(COUNTS, min_size=1, max_size=4))
def test_no_count_is_lost_in_any_order(hosts: list[dict[str, int]]) -> None:
    maps = [{"@": each} for each in hosts]

    there, back = (merged(each, {"@": "sum"}) for each in (maps, maps[::-1]))

    assert there == back
    assert sum(there["@"].values()) == sum(sum(each.values()) for each in hosts)


@pytest.mark.parametrize(("fold", "value"), [("min", -2), ("max", 9), ("sum", 7)])
def test_numbers_fold_as_their_map_does(fold: str, value: int) -> None:
    assert together([9, -2, 0], fold) == value


def test_buckets_add_up_where_they_are_the_same() -> None:
    found = merged(
        [
            {"@": [{"max": -1, "count": 1}, {"min": 4, "max": 7, "count": 2}]},
            {"@": [{"min": 4, "max": 7, "count": 3}, {"min": 100, "count": 1}]},
        ],
        {"@": "hist"},
    )

    assert found["@"] == [
        {"max": -1, "count": 1},
        {"min": 4, "max": 7, "count": 5},
        {"min": 100, "count": 1},
    ]


def test_stats_combine_to_what_one_host_would_have_counted() -> None:
    found = merged(
        [
            {"@": {"sh": {"count": 1, "average": -7, "total": -7, "max": 4}}},
            {"@": {"sh": {"count": 1, "average": 2, "total": 2, "max": 9}}},
        ],
        {"@": "stats"},
    )

    assert found["@"]["sh"] == {"count": 2, "average": -2, "total": -5, "max": 9}


@pytest.mark.parametrize("fold", ["avg", ""])
def test_what_does_not_add_up_stands_in_a_list(fold: str) -> None:
    assert together([3, 4], fold) == [3, 4]
    assert together(["v1", "v1"], fold) == "v1"


def test_one_host_that_fails_voids_the_answer_and_is_named() -> None:
    combined = combine(
        {
            "web-1": seen(maps={"@": 1}, stdout="a\nb\n"),
            "web-2": down("no route to host"),
            "web-3": down("bpftrace needs root"),
        },
        {"@": "sum"},
        100,
    )

    assert combined.voids == (
        "2 of 3 hosts have no whole answer: web-2 (no route to host);"
        " web-3 (bpftrace needs root)"
    )
    assert combined.names["maps"] == {"@": 1}
    assert combined.names["stdout"] == "web-1: a\nweb-1: b\n"
    assert combined.details["hosts"]["web-2"] == {"error": "no route to host"}
    assert list(combined.details["hosts"]) == ["web-1", "web-2", "web-3"]


def test_hosts_that_all_answer_void_nothing_and_are_kept_apart_too() -> None:
    combined = combine(
        {
            "web-1": seen(maps={"@": 1}, lost_events=2, warnings=("lost",)),
            "web-2": seen(maps={"@": 4}),
        },
        {"@": "sum"},
        100,
    )

    assert combined.voids == ""
    assert combined.names["maps"] == {"@": 5}
    assert combined.names["lost_events"] == 2
    assert combined.warnings == ("web-1: lost",)
    assert combined.details["hosts"]["web-2"]["maps"] == {"@": 4}


def test_the_largest_keys_come_first() -> None:
    maps = {"@": {"a": 1, "b": 3, "c": 2}, "@s": {"x": "b", "y": "c"}}

    found = combine({"localhost": seen(maps=maps)}, {}, 100).names["maps"]

    assert list(found["@"]) == ["b", "c", "a"]
    assert list(found["@s"]) == ["x", "y"]


@pytest.mark.parametrize(
    ("errors", "kind"),
    [
        ((QueryRejectedError, QueryRejectedError), QueryRejectedError),
        ((AnswerTooLargeError, AnswerTooLargeError), AnswerTooLargeError),
        ((QueryRejectedError, BackendUnavailableError), BackendUnavailableError),
    ],
)
def test_when_every_host_fails_the_error_says_why_once(
    errors: tuple[type[BackendError], ...], kind: type[BackendError]
) -> None:
    outcomes = {
        f"web-{number}": error("no", backend="bpftrace")
        for number, error in enumerate(errors)
    }

    with pytest.raises(BackendError, match=r"^bpftrace: web-0, web-1 .no.$") as caught:
        combine(outcomes, {}, 100)

    assert type(caught.value) is kind


@pytest.mark.parametrize(
    "said", [{"partial": "it watched for 1 s of 30 s"}, {"unreadable": '{"type'}]
)
def test_half_an_answer_is_not_to_be_judged(said: dict[str, str]) -> None:
    combined = combine({"localhost": seen(**said)}, {}, 100)  # type: ignore[arg-type]  # any field

    assert next(iter(said.values())) in combined.voids


def test_a_map_with_as_many_keys_as_fit_may_be_cut() -> None:
    full = seen(maps={"@a": {"1": 1, "2": 1}, "@b": {"1": 1}}, hist={"@c": {"1": []}})

    assert combine({"localhost": full}, {}, 2).truncated.startswith(
        "truncated? @a holds 2 keys"
    )
    assert combine({"localhost": full}, {}, 3).truncated == ""


def test_texts_as_long_as_older_versions_keep_may_be_cut() -> None:
    path = "/" + "x" * 62
    said = seen(maps={"@a": {f"cat,{path}": 1}, "@b": path, "@c": {path[:-1]: 1}})

    warnings = combine({"localhost": said}, {}, 100).warnings

    assert [warning.split()[0] for warning in warnings] == ["@a", "@b"]


def test_a_map_that_does_not_add_up_says_so() -> None:
    combined = combine(
        {
            "web-1": seen(maps={"@a": 3, "@p": 1}),
            "web-2": seen(maps={"@a": 4, "@p": 1}),
        },
        {"@a": "avg"},
        100,
    )

    assert combined.names["maps"] == {"@a": [3, 4], "@p": 1}
    assert combined.warnings == (
        "@a does not add up: it holds a list of its hosts' values; stats() adds up",
    )


def facts(ended: str, **facts: str) -> Said:
    known = {"user": "0", "tracefs": "tracing", "btf": "yes", "ended": ended}
    return Said({**known, **facts})


def test_only_the_exit_code_tells_success() -> None:
    attached = facts("255")
    attached.probes = 1

    assert failure("BEGIN { }", facts("0"), f"{MEMLOCK}ERROR: something") is None
    assert failure("BEGIN { }", attached, "ERROR: Error attaching probe") is not None


@pytest.mark.parametrize(
    ("said", "stderr", "reason"),
    [
        (facts("absent"), "", "bpftrace is not installed; install it"),
        (
            facts("1", user="1000"),
            "ERROR: bpftrace currently only supports running as the root user.",
            "needs root, and we are user 1000; log in as root, or set `sudo = true`",
        ),
        (
            facts("1", user="1000"),
            "ERROR: Missing CAP_BPF capability, please run bpftrace as the root user.",
            "needs root",
        ),
        (
            Said({"user": "0", "btf": "yes", "ended": "1"}),
            "stdin:1:1-9: ERROR: tracepoint not found: a:b",
            "run `mount -t tracefs tracefs /sys/kernel/tracing` as root",
        ),
        (
            Said({"user": "0", "tracefs": "tracing", "ended": "1"}),
            "stdin:1:1-9: ERROR: Unknown struct/union: 'struct file'",
            "no BTF (/sys/kernel/btf/vmlinux is missing)",
        ),
        (
            facts("255"),
            (
                "create_probe_event: open(/sys/kernel/tracing/kprobe_events): No such file"
                "\nERROR: Error attaching probe: 'kprobe:x'"
            ),
            "no kprobes (CONFIG_KPROBES is not set)",
        ),
        (
            facts("1"),
            "ERROR: Error creating map: '@': Operation not permitted",
            "locked down, or this is a container",
        ),
        (facts("137"), "Killed", "ended by signal 9"),
        (Said(), "ssh: connect to host x port 22: No route to host", "No route"),
        (Said({"user": "0"}), "", "the run broke off: the connection ended"),
    ],
)
def test_a_failure_says_what_the_host_lacks(
    said: Said, stderr: str, reason: str
) -> None:
    error = failure("kprobe:x { }", said, MEMLOCK + stderr)

    assert isinstance(error, BackendUnavailableError)
    assert reason in str(error)


@pytest.mark.parametrize(
    ("ended", "stderr", "message"),
    [
        (
            "1",
            "stdin:2:3-7: ERROR: Unknown function: nofunc\n  nofunc(1);\n  ~~~~",
            "bpftrace: line 2: Unknown function: nofunc",
        ),
        (
            "255",
            (
                "perf_event_open failed: No such file or directory\n"
                "ERROR: Error attaching probe: hardware:cache-misses:1000"
            ),
            (
                "bpftrace: Error attaching probe: hardware:cache-misses:1000"
                " (perf_event_open failed: No such file or directory)"
            ),
        ),
        ("1", "", "bpftrace: bpftrace ended with 1 and said nothing"),
    ],
)
def test_a_program_that_is_wrong_is_told_from_a_host_that_is(
    ended: str, stderr: str, message: str
) -> None:
    error = failure("BEGIN {\n  nofunc(1);\n}", facts(ended), MEMLOCK + stderr)

    assert isinstance(error, QueryRejectedError)
    assert str(error) == message


@pytest.mark.parametrize(
    ("program", "warning", "missing"),
    [
        (
            "t:syscalls:sys_enter_nope, t:syscalls:sys_enter_read { }",
            "stdin:1:1-35: WARNING: tracepoint not found: syscalls:sys_enter_nope",
            "t:syscalls:sys_enter_nope",
        ),
        (
            "kprobe:vfs_x, kprobe:vfs_xyz { }",
            'WARNING: vfs_x is not traceable (either inlined, or marked as "notrace")',
            "kprobe:vfs_x",
        ),
        (
            "kprobe:vfs_* { }",
            "WARNING: could not attach probe kprobe:vfs_x, skipping.",
            "",
        ),
        ("kprobe:vfs_x { }", "WARNING: Addrspace is not set for vfs_x", ""),
    ],
)
def test_a_probe_that_was_left_out_is_named(
    program: str, warning: str, missing: str
) -> None:
    assert left_out(program, f"{MEMLOCK}{warning}\n") == missing


def test_warnings_are_carried_and_harmless_lines_are_not() -> None:
    said = Said(lost_events=45, notes=["line 2: Argument list too long"])
    stderr = (
        f"{MEMLOCK}WARNING: BPFTRACE_MAP_KEYS_MAX is deprecated. Use another.\n"
        'stdin:1:1-18: WARNING: vfs_x is not traceable (or marked as "notrace")\n'
        "WARNING: Addrspace is not set\n"
    )

    assert warnings_of(said, stderr) == (
        'vfs_x is not traceable (or marked as "notrace")',
        "Addrspace is not set",
        "line 2: Argument list too long",
        "45 events were lost, and what is printed is not all; maps are whole",
    )

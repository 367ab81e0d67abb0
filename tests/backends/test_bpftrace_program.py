from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from runbookkit.backends.bpftrace import Config
from runbookkit.backends.bpftrace.program import Policy, folds, refusal, with_end

POLICY = Policy(frozenset(Config().probes), reads_files=False)


@pytest.mark.parametrize(
    "program",
    [
        "tracepoint:syscalls:sys_enter_fsync { @ = count(); }",
        "t:syscalls:sys_enter_fsync, kr:vfs_read { @[comm] = hist(retval); }",
        "#!/usr/bin/bpftrace\n#include <linux/sched.h>\nBEGIN { exit(); }",
        "struct pair { int a; int b; };\nprofile:hz:99 { @[kstack] = count(); }",
        'BEGIN { printf("cat() and system() are words here"); } // system("id")',
    ],
)
def test_what_only_watches_may_run(program: str) -> None:
    assert refusal(program, POLICY) == ""


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ('BEGIN { system("id"); }', "system() is refused: it needs --unsafe"),
        ("kprobe:x\n{ override(1); }", "line 2: override() is refused"),
        ("profile:hz:9 { if (pid == 1) { signal(9); } }", "signal() is refused"),
        ("-c id", "without the command line"),
        ("bpftrace --unsafe -e 'BEGIN { }'", "without the command line"),
        ("BEGIN { exit();", "never closed"),
        ("", "no probe"),
        ("watchpoint:0x10:8:w { }", "watchpoint probes are not allowed here"),
        ("BEGIN { }\nw:0x10:8:w { }", "line 2: watchpoint probes"),
        ('BEGIN { cat("/etc/shadow"); }', "cat() reads files as root"),
        ('macro read() { cat("/etc/shadow") }\nBEGIN { read(); }', "looked into"),
        ('#define read cat\nBEGIN { read("/etc/shadow"); }', "looked into"),
        ('#include "/etc/shadow"\nBEGIN { }', "looked into"),
        ("#include </etc/shadow>\nBEGIN { }", "looked into"),
        ('import "more.bt";\nBEGIN { }', "looked into"),
        ("BEGIN { \0 }", "NUL"),
        ("BEGIN { } // \udc80", "half a character"),
        (f"BEGIN {{ }} // {'x' * 70_000}", "longer than 64 KiB"),
    ],
)
def test_the_rest_is_refused_with_its_reason(program: str, reason: str) -> None:
    assert reason in refusal(program, POLICY)


def test_the_policy_may_allow_less_and_more() -> None:
    narrow = Policy(frozenset({"BEGIN"}), reads_files=True)

    assert refusal('BEGIN { cat("/proc/loadavg"); }', narrow) == ""
    assert "allowed are BEGIN" in refusal("kprobe:vfs_read { }", narrow)


@pytest.mark.parametrize(
    ("seconds", "end"),
    [
        (30, "interval:s:30 { exit(); }"),
        (0.5, "interval:ms:500 { exit(); }"),
        (1.5, "interval:ms:1500 { exit(); }"),
    ],
)
def test_a_program_without_an_end_is_given_one(seconds: float, end: str) -> None:
    program = "kprobe:vfs_read { @ = count(); }"

    assert with_end(program, timedelta(seconds=seconds)) == f"{program}\n{end}\n"


@pytest.mark.parametrize(
    "program",
    [
        "BEGIN { exit(); }",
        "kprobe:x { @++; }\ninterval:s:5 { exit(); }",
        "iter:task { }",
    ],
)
def test_a_program_with_an_end_keeps_it(program: str) -> None:
    assert with_end(program, timedelta(seconds=2)) == f"{program}\n"


def test_exit_in_a_probe_that_may_never_fire_is_no_end() -> None:
    program = "kprobe:rarely { exit(); }"

    assert "interval:s:2" in with_end(program, timedelta(seconds=2))


def test_the_functions_that_fill_maps_are_told_from_the_text() -> None:
    found = folds(
        "kprobe:x { @a[@key[1], 2] = max(3); ++@b; @c[1] += 5; @d = nsecs; @ = count();"
        " @e = lhist(1, 0, 9, 1); @f = stats(1); @g = avg(1); @h = min(1); @i = @d; }"
    )

    assert found == {
        "@a": "max",
        "@b": "sum",
        "@c": "sum",
        "@": "sum",
        "@e": "hist",
        "@f": "stats",
        "@g": "avg",
        "@h": "min",
    }


@given(st.text(alphabet='@ab[]=+-(){};:/,"\n #0123456789', max_size=60))
def test_any_text_is_judged_without_a_failure(text: str) -> None:
    refusal(text, POLICY)
    folds(text)
    assert with_end(text, timedelta(seconds=1)).startswith(text.rstrip("\n"))

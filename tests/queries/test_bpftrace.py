from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from runbookkit.queries.bpftrace import check_bpftrace
from runbookkit.queries.registry import language_of

VALID = [
    "BEGIN { exit(); }",
    "END { print(@); }",
    "#!/usr/bin/env bpftrace\nBEGIN { exit(); }",
    "#include <linux/sched.h>\nBEGIN { exit(); }",
    "kprobe:vfs_read { @[comm] = count(); } interval:s:10 { exit(); }",
    "k:vfs_read,kr:vfs_read { @ = count(); }",
    "kprobe:vfs_read, kprobe:vfs_write { @ = count() }",
    "kprobe:nfs:nfs_read+4 { @ = count(); }",
    'uprobe:/bin/bash:readline { printf("%s\\n", str(arg0)); }',
    "uretprobe:/bin/bash:readline /pid == 1/ { @ = count(); }",
    'uprobe:"/opt/my app/x":f { @ = count(); }',
    "uprobe:./x:cpp:f { @ = count(); }",
    'tracepoint:syscalls:sys_enter_* /comm != "bpftrace"/ { @[probe] = count(); }',
    "t:raw_syscalls:sys_exit /args->ret < 0/ { @[args.ret] = count(); }",
    "rawtracepoint:sched_switch { @ = count(); }",
    "usdt:/usr/bin/python3:function__entry { @ = count(); }",
    "usdt:/usr/bin/x::probe { @ = count(); }",
    "profile:hz:99 { @[kstack(3)] = count(); }",
    "interval:s:1 /pid / 2 == 1/ { exit(); }",
    "i:ms:$1 { exit(); }",
    "software:faults:100 { @[comm] = count(); }",
    "hardware:cache-misses:1000 { @ = count(); }",
    "watchpoint:0x1000:8:rw { @ = count(); }",
    "fentry:vfs_read { @ = count(); }",
    "kretfunc:vfs_read { @ = hist(retval); }",
    'iter:task { printf("%s\\n", ctx->task->comm); }',
    "BEGIN { $x = (uint64)1; @y = (struct file *)$x; }",
    "BEGIN { if (1) { exit(); } else if (2) { clear(@a); } else { zero(@a); } }",
    "BEGIN { unroll (3) { $i = 1; } while ($i < 3) { $i++; } }",
    'BEGIN { @a[1, "x"] = 5; delete(@a[1, "x"]); }',
    "BEGIN { // a } comment {\n /* and } another */ exit(); }",
    'BEGIN { printf("a } b { \\" // c"); }',
    "struct a { int x; }; BEGIN { exit(); }",
    "config = { max_map_keys = 10 } BEGIN { exit(); }",
    "let @a = lruhash(10); BEGIN { @a[1] = 1; }",
    "macro add(x) { x + 1 } BEGIN { print(add(1)); }",
    "BEGIN { $a = 1 ? 2 : 3; @ = avg($a); @b = lhist($a, 0, 10, 1); }",
    'BEGIN { printf("%d", sizeof(struct task_struct)); }',
]


@pytest.mark.parametrize("program", VALID)
def test_accepts_programs(program: str) -> None:
    assert check_bpftrace(program).problems == ()


@pytest.mark.parametrize(
    ("program", "place", "message"),
    [
        ("BEGIN { exit();", "{", "`{` is never closed with `}`"),
        ("BEGIN { printf(1 }", "}", "unexpected `}`; `)` must come first"),
        ("BEGIN { @a[1 = 2; }", "}", "unexpected `}`; `]` must come first"),
        ('BEGIN { printf("a); }', '"', "this string is never closed"),
        ("BEGIN { /* a }", "/*", "this comment is never closed with */"),
        ("BEGIN { exit() } }", "}", "`}` needs a block in braces"),
        ("BEGIN", "BEGIN", "`BEGIN` needs a block in braces"),
        ("{ exit(); }", "{", "a probe such as `interval:s:1` must stand here"),
        ("BEGIN, { exit(); }", "{", "a probe such as `interval:s:1` must stand here"),
        ("/pid/ { exit(); }", "/", "a probe such as `interval:s:1` must stand here"),
        ("kprobe:a /pid == 1 { }", "/", "this predicate is never closed with /"),
        ("kporbe:vfs_read { }", "kporbe", "did you mean `kprobe`?"),
        ("kprobe { }", "kprobe", "write it as `kprobe:vfs_read`"),
        ("tracepoint:a { }", "tracepoint:a", "write it as `tracepoint:syscalls:"),
        ("kprobe: { }", "kprobe:", "`kprobe:` is no kprobe probe"),
        ("interval:min:1 { }", "min", "`min` is no unit of time"),
        ("interval:s:0 { }", "0", "`0` is no number above 0"),
        ("profile:hz:x { }", "x", "`x` is no number above 0"),
        ("software:nope:1 { }", "nope", "there is no software event `nope`"),
        ("a:b, BEGIN { }", "a", "there is no probe `a`"),
        ('BEGIN { system("id"); }', 'system("id")', "system() is refused"),
        ("kprobe:a { override(1); }", "override(1)", "override() is refused"),
        ("kprobe:a { signal(9); }", "signal(9)", "signal() is refused"),
        ("BEGIN { @ = count(1); }", "count(1)", "count() takes 0 arguments, not 1"),
        ("BEGIN { @ = hist(); }", "hist()", "hist() takes 1 to 3 arguments, not 0"),
        ("BEGIN { printf(); }", "printf()", "printf() takes at least 1 arguments"),
        ("BEGIN { @ = lhist(1, 2); }", "lhist(1, 2)", "lhist() takes 4 to 5"),
        ("BEGIN { $x = 1\n $y = 2; }", "$y", "`;` or an operator is missing before"),
        ("BEGIN { clear(@a) clear(@b) }", "clear", "`;` or an operator is missing"),
        ("BEGIN { $é = 1 }", "$", "bpftrace knows no '$'"),
        ("bpftrace -e 'BEGIN { }'", "bpftrace", "write the program alone"),
        ("-c ls BEGIN { }", "-c", "write the program alone"),
        ("", "", "there is no probe in this program"),
        ("// nothing", "// nothing", "there is no probe in this program"),
    ],
)
def test_says_what_is_wrong_and_where(program: str, place: str, message: str) -> None:
    (problem,) = check_bpftrace(program).problems

    assert message in problem.message
    assert program[problem.start : problem.end] == place
    assert problem.level == "error"


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ('BEGIN { printf("é"); }', "characters outside ASCII come out wrong"),
        ("BEGIN { @ = coutn(); }", "no function coutn() is known; did you mean count"),
        ("interval:5s { exit(); }", "older versions want `interval:s:1`"),
        (f'BEGIN {{ @ = str("{"a" * 64}"); @b = "{"a" * 64}"; }}', "64 bytes or more"),
    ],
)
def test_warns_of_what_may_be_wrong(program: str, message: str) -> None:
    (problem,) = check_bpftrace(program).problems

    assert message in problem.message
    assert problem.level == "warning"


@pytest.mark.parametrize(
    ("program", "bounded"),
    [
        ("kprobe:a { @ = count(); } interval:s:5 { exit(); }", True),
        ('BEGIN { printf("x"); exit(); }', True),
        ("profile:hz:1 { if (@n > 3) { exit(); } @n++; }", True),
        ('iter:task { printf("x"); }', True),
        ("kprobe:a { @ = count(); }", False),
        ("kprobe:a { exit(); }", False),
        ("interval:s:5 { print(@); }", False),
        ("END { exit(); }", False),
        ('BEGIN { printf("exit()"); }', False),
    ],
)
def test_knows_whether_a_program_ends_by_itself(program: str, *, bounded: bool) -> None:
    assert (check_bpftrace(program).unbounded == "") is bounded


def test_says_that_only_a_part_was_checked() -> None:
    checked = check_bpftrace("kprobe:no_such_function { @ = count(); }")

    assert checked.problems == ()
    assert "known to bpftrace on the host only" in checked.unchecked
    assert checked.kind == "bpftrace"


def test_is_a_language_that_reads() -> None:
    language = language_of("bpftrace")

    assert language is not None
    assert (language.name, language.reads) == ("bpftrace", True)


_PIECES = st.sampled_from(
    [
        *("BEGIN", "kprobe:f", ":", " ", "{", "}", "(", ")", "[", "]", ",", "/", "pid"),
        *('"', "'", "\\", "//", "/*", "*/", "@a", "$x", "1", ";", "\n", "count(", "é"),
        *("struct a", "let ", "interval:s:1", "#", "=", "exit();", "macro f()", "->"),
    ]
)


@given(st.lists(_PIECES, max_size=20).map("".join))
def test_any_text_is_judged_and_a_problem_lies_inside_it(text: str) -> None:
    for problem in check_bpftrace(text).problems:
        assert 0 <= problem.start <= problem.end <= len(text)

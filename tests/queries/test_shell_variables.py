from __future__ import annotations

import pytest

from runbookkit.queries.shell_variables import assigned, used


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A=1", ["A"]),
        ("A=1 B=2", ["A", "B"]),
        ("A=1 cmd", ["A"]),
        ("A+=1", ["A"]),
        ("A[2]=1", ["A"]),
        ("A=(1 2)", ["A"]),
        ("export A=1 B", ["A"]),
        ("readonly A=1", ["A"]),
        ("f() { local A B=1; }", ["A", "B"]),
        ("for A in 1 2; do :; done", ["A"]),
        ("select A in 1 2; do :; done", ["A"]),
        ("read A B", ["A", "B"]),
        ('read -r -p "name? " A', ["A"]),
        ("read -ra A <<< $x", ["A"]),
        ("while read -r A B; do :; done < f", ["A", "B"]),
        ("mapfile -t A < f", ["A"]),
        ("printf -v A '%s' x", ["A"]),
        ("printf A", []),
        ("let A=1+2", ["A"]),
        ("(( A = 1 ))", ["A"]),
        ("(( A == 1 ))", []),
        (": ${A:=1}", ["A"]),
        ("getopts ab A", ["A"]),
        ("echo A=1", []),
        ('read "-n1" 1', []),
        ("kubectl set env deploy/x A=1", []),
        ("awk -v A=1 x", []),
        ("echo 'A=1'", []),
    ],
)
def test_finds_where_a_variable_is_set(text: str, expected: list[str]) -> None:
    assert sorted({variable.name for variable in assigned(text)}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("echo $A ${B}", ["$A", "${B}"]),
        ('echo "$A"', ["$A"]),
        ("echo '$A'", []),
        ("echo \\$A", []),
        ("echo $1 $? $@ $# $$ $! $0 $* $-", []),
        ("echo ${A[1]} ${#B} ${C%.*} ${D/x/y}", ["${A[1]}", "${#B}", "${C%.*}"]),
        ("echo $(ls $A)", ["$A"]),
        ("echo `ls $A`", ["$A"]),
        ("cat <<EOF\n$A\nEOF\n", ["$A"]),
        ("cat <<'EOF'\n$A\nEOF\n", []),
        ("jq '.a as $A | $A'", []),
        ("echo é $A", ["$A"]),
        ("A=$B", ["$B"]),
        ("[ -f $A ] && [[ $B == x ]]", ["$A", "$B"]),
    ],
)
def test_finds_where_a_variable_is_read(text: str, expected: list[str]) -> None:
    found = [text[variable.start : variable.end] for variable in used(text)]

    assert found[: len(expected)] == expected
    assert bool(found) == bool(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("echo ${A:-x}", True),
        ("echo ${A-x}", True),
        ("echo ${A:+x}", True),
        ("echo ${A:?say A}", True),
        (": ${A:=x}", True),
        ("echo ${A%x}", False),
        ("echo ${A}", False),
        ("echo $A", False),
    ],
)
def test_knows_a_reading_that_provides_for_no_value(
    text: str, *, expected: bool
) -> None:
    (variable,) = used(text)

    assert variable.defaulted is expected
